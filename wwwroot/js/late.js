// The first connection of a page's circuit is tried once, and a browser drops it whenever the network of its machine changes. Then the page is loaded again:
// once by itself, after that by the button that it shows.
const patience = 8_000;
const again = "loaded-again";

setTimeout(() => {
  if (!document.querySelector("main[aria-busy]")) sessionStorage.removeItem(again);
  else if (!sessionStorage.getItem(again)) {
    sessionStorage.setItem(again, "yes");
    location.reload();
  }
}, patience);
