// What only some moments need is fetched at that moment: the scripts of the folder extra.

import { showError } from "./toast.js";

/** Give an extra script's exports; says so when the board's server does not give it (any more). */
export async function later(name) {
  try {
    return await import(`./extra/${name}.js`);
  } catch (error) {
    showError("The board did not answer, or was updated. Reload the page and try again.");
    throw error;
  }
}
