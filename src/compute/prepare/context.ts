/** What the compute process hands to the handlers of its requests. */
import type { ReadingListener } from "../data/files.js";
import type { BackendInfo } from "../reports/report.js";
import type { ModelStore } from "./modelStore.js";

/** What the compute process has, whatever is asked. */
export interface HandlerContext {
	readonly store: ModelStore;
	readonly backend: BackendInfo;
	/** Hears how far the reading of a model's files is. */
	readonly onRead?: ReadingListener;
}

/** What a handler hears of its caller while it runs, and what it can say. */
export interface Control<Progress> {
	/** Raised when nobody waits for an answer any more. */
	readonly signal: AbortSignal;
	tell(event: Progress): void;
	/** Whether a person has asked it to end with what it has: the whole run, or the search for one image. */
	stopped(image?: number): boolean;
}
