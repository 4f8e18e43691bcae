import type { ReadingListener } from "../data/files.js";
import type { ModelStore } from "../process/modelStore.js";
import type { BackendInfo } from "../reports/report.js";

/** What the compute process has, whatever is asked. */
export interface HandlerContext {
	readonly store: ModelStore;
	readonly backend: BackendInfo;
	/** Hears how far the reading of a model's files is. */
	readonly onRead?: ReadingListener;
}
