// What the page carries: JSON and arrays, deflated, in base64 (ncviz/export/web/packing.py).

const NOWHERE = -32768; // a place that is no finite number
const FAR = 1e9; // where it is put: beyond all that is drawn

class Carried {
  constructor(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    this.page = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    this.content = buffer.slice(4 + length);
  }

  bytes(at, count) {
    return new Uint8Array(this.content, at, count);
  }

  // Numbers of two bytes lie as two planes, all upper bytes after all lower ones.
  words(at, count, Kind) {
    const low = this.bytes(at, count), high = this.bytes(at + count, count);
    const found = new Kind(count);
    for (let i = 0; i < count; i++) found[i] = low[i] | (high[i] << 8);
    return found;
  }

  array(place) {
    const count = place.shape.reduce((all, side) => all * side, 1);
    if (place.kind === "i2") return this.words(place.at, count, Int16Array);
    if (place.kind === "u2") return this.words(place.at, count, Uint16Array);
    if (place.kind === "f4") return new Float32Array(this.content, place.at, count);
    if (place.kind === "u4") return new Uint32Array(this.content, place.at, count);
    return this.bytes(place.at, count);
  }

  both(places) {
    return Object.fromEntries(Object.entries(places).map(([theme, at]) => [theme, this.array(at)]));
  }
}

async function unpack(text) {
  const packed = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Carried(await new Response(stream).arrayBuffer());
}

// One choice of classes: the parts that scenes have in common, and where they are.
class Look {
  constructor(carried, told, layers) {
    this.carried = carried;
    this.told = told;
    this.layers = layers;
    this.parts = told.parts.map((parts) => decodedParts(carried, parts));
    this.states = new Map();
  }

  state(moment, layer) {
    const number = moment * this.layers + layer;
    if (!this.states.has(number)) {
      if (this.states.size > 400) this.states.clear(); // memory is bounded
      this.states.set(number, this.decoded(number));
    }
    return this.states.get(number);
  }

  decoded(number) {
    const told = this.told.states, parts = this.parts[told.parts[number]];
    const whole = this.carried.words(told.at[number], 3 * parts.points, Int16Array);
    const step = told.step[number], points = new Float32Array(whole.length);
    for (let i = 0; i < whole.length; i++) points[i] = whole[i] === NOWHERE ? FAR : whole[i] * step;
    const alphas = this.carried.bytes(told.alphas[number], parts.lines.count);
    return { parts, points, alphas, note: told.notes[number] };
  }

  // What is seen between two moments: places on the straight way, as in the window.
  between(position, layer) {
    const low = Math.floor(position), share = position - low;
    const first = this.state(low, layer);
    if (share < 1e-6) return first;
    const second = this.state(low + 1, layer);
    if (first.parts !== second.parts) return share < 0.5 ? first : second;
    const mix = (a, b) => a.map((value, i) => (1 - share) * value + share * b[i]);
    return { ...first, points: mix(first.points, second.points), alphas: mix(first.alphas, second.alphas) };
  }
}

function decodedParts(carried, told) {
  const { samples, balls, lines, labels } = told;
  return {
    fog: told.fog,
    samples: {
      count: samples.count,
      radii: carried.array(samples.radii),
      colors: carried.both(samples.colors),
      outlines: carried.both(samples.outlines),
      shapes: samples.shapes && carried.array(samples.shapes),
      owners: carried.array(samples.owners),
      ids: carried.array(samples.ids),
    },
    balls: {
      count: balls.count,
      radii: carried.array(balls.radii),
      colors: carried.both(balls.colors),
      cores: carried.both(balls.cores),
      owners: carried.array(balls.owners),
      roles: balls.roles,
    },
    lines: {
      count: lines.count,
      radii: carried.array(lines.radii),
      colors: carried.both(lines.colors),
      lit: carried.array(lines.lit),
      owners: carried.array(lines.owners),
    },
    labels,
    points: samples.count + balls.count + 2 * lines.count + labels.texts.length,
    at: {
      balls: samples.count,
      starts: samples.count + balls.count,
      ends: samples.count + balls.count + lines.count,
      labels: samples.count + balls.count + 2 * lines.count,
    },
  };
}
