// Tells why there is but a still picture. It stands before all that may fail, in the words of old browsers.

// Where scripts are off, or a policy around the page forbids them, it says so until this runs.
document.documentElement.setAttribute("data-scripts", "run");

function still(why, error) {
  var place = document.getElementById("trouble"), knowsAll = window.DecompressionStream && document.documentElement.replaceChildren;
  document.documentElement.setAttribute("data-state", "still");
  if (!place || !place.hidden && place.getAttribute("data-why")) return; // the first reason is it
  if (!knowsAll) why = "old"; // the newest of what a page asks of a browser
  place.hidden = false;
  place.setAttribute("data-why", why);
  place.textContent = place.getAttribute("data-" + why).replace("{reason}", function () { return String(error); });
}

// A script that cannot be read is that of a damaged file, or of an old browser.
addEventListener("error", function (event) {
  if (event.error) still(event.error instanceof SyntaxError ? "broken" : "failed", event.error);
});
addEventListener("unhandledrejection", function (event) { still("failed", event.reason); });
// What is cut off has no script.
addEventListener("DOMContentLoaded", function () { if (!window.begun) still("broken"); });
