/**
 * What every page and the extension say to each other, whatever the page is about. Types and constants only, so that
 * neither side pulls the other's code into its bundle; what the extension receives is validated by `commonMessages.ts`.
 */
import type { ErrorReason } from "../compute/errors.js";

export interface ModelChoice {
	readonly path: string;
	/** Short name, unique in the list. */
	readonly name: string;
}

/** Where a page's run stands. */
export type Phase =
	/** Nothing has been run yet. */
	| { readonly kind: "idle" }
	/** `words` say what happens now: "Reading tiny-darknet", "2 of 8 images"; `share` in [0, 1], null where it isn't known. */
	| { readonly kind: "running"; readonly words: string; readonly share: number | null }
	| { readonly kind: "complete" }
	| { readonly kind: "cancelled" }
	/** The compute process died; what was finished is kept. */
	| { readonly kind: "ended"; readonly message: string }
	/** The run could not be done at all: model unreadable, bad configuration. */
	| {
			readonly kind: "failed";
			readonly reason: ErrorReason;
			readonly message: string;
			/** File or node that the error is about. */
			readonly subject: string | null;
	  };

export const EXPORT_FORMATS = ["html", "csv", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Keys of every page. They are contributed keybindings; the extension forwards the command that they stand for. */
export const COMMON_KEYS = ["runAgain", "cancel", "copyFigures", "keys"] as const;
export type CommonKey = (typeof COMMON_KEYS)[number];

/** From the extension to any page. */
export type CommonExtensionMessage =
	/** A sentence shown for some seconds and read out: "Saved jay-adversarial.png." */
	| { readonly type: "notice"; readonly words: string; readonly severity: "info" | "error" }
	/** `command`: one of `COMMON_KEYS`, or a key of the page's own. */
	| { readonly type: "key"; readonly command: string };

/** From any page to the extension. */
export type CommonPageMessage =
	/** The page listens. `report` is the one that it showed before it was closed, if any. */
	| { readonly type: "ready"; readonly report: string | null }
	| { readonly type: "cancel" }
	/** Ask the person for a model, by the editor's own picker. */
	| { readonly type: "chooseModel" }
	/** Ask the person for a data set, by the editor's own dialog: a folder, or a file that holds pictures. */
	| { readonly type: "chooseData"; readonly from: "folder" | "file" }
	| { readonly type: "copy"; readonly text: string }
	| { readonly type: "export"; readonly format: ExportFormat }
	/** Open a picture or data file; `#7` at its end names an entry of it. */
	| { readonly type: "openSource"; readonly source: string }
	| { readonly type: "openConfiguration" }
	| { readonly type: "openMemorySetting" }
	| { readonly type: "showLog" }
	| { readonly type: "restartCompute" };
