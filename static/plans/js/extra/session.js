// One session: what it did, at the times of the viewer's own zone.

import { sortByDay } from "../days.js";

sortByDay(document.querySelector(".activity-lines"));

// What the page says of its steps is old once some were handed over.
document.addEventListener("close", (event) => event.target.querySelector(".handed") && location.reload(), { capture: true });
