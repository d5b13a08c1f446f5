// On a narrow screen one column shows at a time; the bar above names all four.

const bar = () => document.querySelector(".mobile-columns");

function showColumn(name) {
  for (const section of document.querySelectorAll(".column")) {
    section.classList.toggle("is-shown", section.id === `col-${name}`);
  }
  for (const link of bar().querySelectorAll("a")) link.ariaCurrent = link.hash === `#col-${name}` ? "true" : null;
}

export function startColumns() {
  if (!bar()) return;
  bar().addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    showColumn(link.hash.replace("#col-", ""));
  });
  const busy = ["ask", "run", "todo", "done"].find((name) => document.querySelector(`#col-${name} li`));
  showColumn(busy ?? "todo");
}
