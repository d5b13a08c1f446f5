// Starts what this page has. Every part looks for its own element and rests when it is not there.

import { startBoard } from "./board.js";
import { startColumns } from "./columns.js";
import { startDrafts } from "./drafts.js";
import { startDrawer } from "./drawer.js";
import { startFilter } from "./filter.js";
import { startKeys } from "./keys.js";
import { startSending } from "./sending.js";
import { startSettings } from "./settings.js";
import { startTimes } from "./time.js";
import { startToasts } from "./toast.js";

startTimes();
startToasts();
startDrafts();
startFilter();
startSending();
startDrawer();
startSettings();
startColumns();
startKeys(startBoard());
