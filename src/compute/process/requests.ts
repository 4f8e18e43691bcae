/** What the compute process answers by itself, without a model. */

import type { DatasetKind } from "../data/entries.js";
import type { WhenExisting } from "../data/files.js";
import type { BytePicture } from "../data/png.js";
import type { BackendInfo, BackendName } from "../reports/report.js";
import { request } from "../reports/request.js";

/** Which backend to use: the fastest that works, or one by name. */
export type BackendChoice = "auto" | BackendName;

/** How the compute process is to be set up; sent once after it started. */
export interface HostSettings {
	readonly backend: BackendChoice;
	/** Folder of a native build of tfjs-node; null to look in the usual places. */
	readonly nativePath: string | null;
	/** The most seconds that reading a model file may take. */
	readonly loadTimeoutSeconds: number;
	/** The most memory, in MiB, that the process reading a model file may take. */
	readonly readerMemoryMiB: number;
	/** The most memory, in MiB, that loaded models may hold before the least recently used are let go. */
	readonly modelCacheMiB: number;
}

export interface HostStatus {
	readonly backend: BackendInfo;
	readonly models: number;
	readonly tensors: number;
	readonly pid: number;
}

export interface DescribeDataParams {
	readonly path: string;
}

/** What a data set holds, before a model is asked about it. */
export interface DataDescription {
	readonly kind: DatasetKind;
	readonly count: number;
	/** Where labels come from, for people; null where there are none. */
	readonly labels: string | null;
}

/** A picture to write as an 8-bit PNG file; the answer is the path written. Throws `unwritable`. */
export interface SavePngParams {
	readonly path: string;
	readonly picture: BytePicture;
	readonly whenExisting: WhenExisting;
}

export const processRequests = {
	/** Sent once after the process started. */
	configure: request<HostSettings, BackendInfo>(),
	status: request<null, HostStatus>(),
	/** What a data set holds; throws `unreadable-data` where it is none. */
	describeData: request<DescribeDataParams, DataDescription>(),
	/** Writes an 8-bit PNG file and says under which path. */
	savePng: request<SavePngParams, string>(),
};
