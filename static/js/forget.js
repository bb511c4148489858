"use strict";

/* htmx notes the address of the page in the tab's storage when it starts, for a history we do not use. Nothing is to stay there. */
sessionStorage.removeItem("htmx-current-path-for-history");
