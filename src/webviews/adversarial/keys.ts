/** Keys of the page, for its list and for the manifest's keybindings. */
import type { KeyHelp } from "../ui/keyList.js";

export const KEYS: readonly KeyHelp[] = [
	{ keys: ["↑", "↓"], does: "Previous, next image" },
	{ keys: ["Home", "End"], does: "First, last image" },
	{ keys: ["PgUp", "PgDn"], does: "A screenful up, down" },
	{ keys: ["Enter"], does: "Open or close an image of the compact list" },
	{ keys: ["Space"], does: "Hold: original and adversarial trade places" },
	{ keys: ["T"], does: "Target of the image" },
	{ keys: ["M"], does: "Compare methods on the image" },
	{ keys: ["+", "−"], does: "More, less noise" },
	{ keys: ["1", "2"], does: "Compact rows, rows in detail" },
	{ keys: ["F5"], does: "Run again" },
	{ keys: ["Esc"], does: "Cancel the run" },
	{ keys: ["Ctrl+S", "S"], does: "Save adversarial and noise" },
	{ keys: ["Ctrl+C"], does: "Copy the image's figures" },
	{ keys: ["?"], does: "This list" },
];
