// Elements of a page, by their names and made.

const by = (id) => document.getElementById(id);

function element(name, values = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}
