// Everything here only adds to pages that work without it. Events are caught at the document, so that parts that
// htmx brings in later behave like those that were there from the start.
import { watchForms } from "./forms.js";
import { keepTyped } from "./keep.js";
import { watchKeys } from "./keys.js";
import { live } from "./live.js";
import { watchTheme } from "./theme.js";

watchTheme();
watchForms();
keepTyped();
watchKeys();
live();
