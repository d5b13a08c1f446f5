// For pages that have nothing else of their own than lines to be copied.

import { startCopying } from "../clipboard.js";

startCopying();
