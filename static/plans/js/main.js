// Starts what this page has. Every part looks for its own element and rests when it is not there.

import { startBoard } from "./board.js";
import { startBoardKeys } from "./boardkeys.js";
import { startColumns } from "./columns.js";
import { startDrafts } from "./drafts.js";
import { startDrawer } from "./drawer.js";
import { startFilter } from "./filter.js";
import { startHanging } from "./hanging.js";
import { startFolding } from "./fold.js";
import { startKeys } from "./keys.js";
import { startLarge } from "./large.js";
import { startLists } from "./lists.js";
import { send, startSending } from "./sending.js";
import { startSettings } from "./settings.js";
import { startTabs } from "./tabs.js";
import { startTimes } from "./time.js";
import { startToasts } from "./toast.js";
import { startUnsaved } from "./unsaved.js";
import { startWalking } from "./walk.js";

startTimes();
startToasts();
startDrafts();
startFilter();
startSending();
startUnsaved(send);
startDrawer();
startTabs();
startSettings();
startHanging();
startColumns();
startFolding();
startWalking();
const board = startBoard();
startLarge(board);
startKeys();
startBoardKeys(board);
startLists();
