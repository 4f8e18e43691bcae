/** What a kind of page is to the extension, and what shows and does the work behind one page. No `vscode` here. */

import { isSameModel, shortPath } from "../compute/data/pathNames.js";
import type { Preprocessing } from "../compute/data/types.js";
import type { BlindspotError } from "../compute/errors.js";
import type { ComputeClient } from "../compute/process/client.js";
import type { ModelRequest } from "../compute/reports/request.js";
import type { StoredHead, StoredReport } from "../compute/reports/storedReport.js";
import type { ModelChoice, Phase } from "./messages.js";

/**
 * A kind of page. Its name is that of its folder and bundle (`adversarial`), of its element (`blindspot-adversarial`),
 * its view type (`blindspot.adversarial`) and its icons (`media/adversarial-dark.svg`, `-light.svg`).
 */
export interface PageKind {
	readonly name: string;
	/** "Adversarial", before the words on what is being done. */
	readonly label: string;
	/** Makes the session of a stored report from the content that it stored. Throws `unreadable-data`. */
	restore(id: string, content: unknown, around: PageSurroundings): Session;
	/** Makes a session that has not been asked anything yet, about the active model. */
	empty(id: string, around: PageSurroundings): Session;
}

export type Cell = string | number | boolean | null;

/** What a page's results are outside of the page. */
export interface ExportedReport {
	/** The report as the command line prints it. */
	readonly report: object;
	/** The rows of the page's main table, the first with the headings. */
	readonly rows: readonly (readonly Cell[])[];
	/** The messages that bring a page that has just been opened into this state. */
	readonly messages: readonly object[];
}

/** What one page shows and does; the panel owns one and gives it its surroundings. */
export interface Session {
	/** Names the stored report. */
	readonly id: string;
	/** The tab's title: "Adversarial: 3 images". */
	readonly title: string;
	readonly phase: Phase;
	/** Paths of the models that are asked about; the first is the one that can be chosen anew. */
	readonly models: readonly string[];
	/** The preprocessing that was used; null before a run. */
	readonly preprocessing: Preprocessing | null;
	/** What is stored; null while there is nothing worth it. */
	readonly stored: StoredReport | null;
	/** Null while nothing is finished. */
	readonly exported: ExportedReport | null;
	/** Sends everything that a page needs which has just been opened. */
	sendAll(): void;
	/** Sends what isn't large: the list of models may have changed. */
	sendState(): void;
	/** The file of one of the models may have changed. */
	lookAtModel(): void;
	/** `blindspot.json` was edited. */
	configurationChanged(): void;
	/** The person picked another model. */
	setModel(path: string): Promise<void>;
	/** The person picked a data set: a folder or a file. */
	setData(path: string): Promise<void>;
	/** A message that is the page's own; false where it is none. */
	receive(message: unknown): Promise<boolean>;
	cancel(): void;
	dispose(): void;
}

/** What a session has around it. */
export interface PageSurroundings {
	readonly client: ComputeClient;
	readonly models: () => readonly ModelChoice[];
	readonly activeModel: () => string | null;
	readonly modelRequest: (path: string) => ModelRequest;
	/** Whether the file of one of the models is another than that which was reported at that time. */
	readonly modelChanged: (models: StoredHead["models"], reported: Date) => Promise<boolean>;
	/** The data set that `blindspot.json` names for a model; null where it names none. */
	readonly dataOf: (model: string) => Promise<string | null>;
	/** Tells the page; messages to a page that isn't there are lost, it asks for everything when it comes back. */
	readonly post: (message: object) => void;
	/** Shows a sentence on the page for some seconds. */
	readonly notice: (words: string, severity?: "info" | "error") => void;
	/** Called when something worth storing or showing elsewhere has changed; `urgent` when a run came to an end. */
	readonly changed: (urgent: boolean) => void;
	/** What stopped a run, for the log. */
	readonly failed: (error: BlindspotError) => void;
}

/** The phase that an error leaves a run in. */
export function phaseAfter(error: BlindspotError): Phase {
	if (error.reason === "cancelled") return { kind: "cancelled" };
	if (error.reason === "process-ended") return { kind: "ended", message: error.message };
	return { kind: "failed", reason: error.reason, message: error.message, subject: error.subject };
}

/** The phase of a stored run that did not come to its end. */
export const INTERRUPTED: Phase = {
	kind: "ended",
	message: "The window was closed before this run finished.",
};

/** The list with the models in use, called as they are there, even where their files are outside of the workspace. */
export function modelsWith(models: readonly ModelChoice[], used: readonly string[]): readonly ModelChoice[] {
	const missing = used.filter((used) => !models.some(({ path }) => isSameModel(path, used)));
	const listed = models.map(({ path, name }) => ({ path: used.find((used) => isSameModel(path, used)) ?? path, name }));
	return [...listed, ...missing.map((path) => ({ path, name: shortPath(path) }))];
}
