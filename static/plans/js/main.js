// Starts what this page has. Every part looks for its own element and rests when it is not there.

import { startBoard } from "./board.js";
import { startColumns } from "./columns.js";
import { startDrafts } from "./drafts.js";
import { startDrawer } from "./drawer.js";
import { startFilter } from "./filter.js";
import { startHanging } from "./hanging.js";
import { startFolding } from "./fold.js";
import { startKeys } from "./keys.js";
import { startLists } from "./lists.js";
import { startMenu } from "./menu.js";
import { startPicker } from "./picker.js";
import { send, startSending } from "./sending.js";
import { startSettings } from "./settings.js";
import { startTimes } from "./time.js";
import { startToasts } from "./toast.js";
import { startUnsaved } from "./unsaved.js";
import { startWalking } from "./walk.js";
import { startWindows } from "./windows.js";

startTimes();
startToasts();
startDrafts();
startFilter();
startSending();
startUnsaved(send);
startPicker();
startMenu();
startDrawer();
startSettings();
startHanging();
startColumns();
startFolding();
startWalking();
const board = startBoard();
startWindows(board);
startKeys(board);
startLists();
