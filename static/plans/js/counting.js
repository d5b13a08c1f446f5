// How many steps need a person: in the sidebar, in the bar of narrow windows, and as a dot on the page's icon.

/** Write the count everywhere; 0 takes it away. */
export function paintCount(count) {
  for (const badge of document.querySelectorAll("[data-needs-count]")) {
    badge.hidden = count === 0;
    badge.firstChild.nodeValue = count.toLocaleString();
  }
  paintIcon(count);
}

/** Write a count before the page's title, unless that says which revision is looked at. */
export function paintTitle(count) {
  if (!document.title.startsWith("Rev ")) document.title = document.title.replace(/^(\(\d+\) )?/, count ? `(${count}) ` : "");
}

function paintIcon(count) {
  const icon = document.querySelector("link[rel=icon]");
  const wanted = count ? icon?.dataset.asking : icon?.dataset.quiet;
  if (wanted && icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
}
