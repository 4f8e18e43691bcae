/**
 * Everything that crosses between the compute process and its clients (the extension, the CLI, tests):
 * JSON-RPC over the fork's channel with `serialization: "advanced"`, so typed arrays stay typed arrays.
 */
import { NotificationType, ProgressType, RequestType } from "vscode-jsonrpc";
import type {
	ProbeOptions,
	ProbeRecord,
	ProbeReduction,
	ProbeReport,
	ProbeStageName,
	ProbeThumbnail,
} from "../activations/probe/report.js";
import type { ActivationMap, FiringRecord, UnitChoice, UnitRecord } from "../activations/unit/report.js";
import type { DatasetKind } from "../data/entries.js";
import type { WhenExisting } from "../data/files.js";
import type { BytePicture } from "../data/png.js";
import type { ErrorReason } from "../errors.js";
import type { LipschitzParams, LipschitzProgress, LipschitzReport } from "../lipschitz/report.js";
import type { ModelComparison, ModelRecord } from "../modelDetails/report.js";
import type { SuggestResult } from "../predict/suggestion.js";
import type {
	AttackedImage,
	AttackOptions,
	AttackPixels,
	AttackRecord,
	AttackReport,
	BackendInfo,
	BackendName,
	ModelSummary,
	PredictedImage,
} from "../reports/report.js";
import type { DataRequest, ModelRequest } from "../reports/request.js";
import type { RobustnessOptions, RobustnessRecord, RobustnessReport } from "../robustness/report.js";

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

export interface InspectParams {
	readonly model: ModelRequest;
}

/** How many bytes of a model's files have been read, of those that are known. */
export interface ReadingProgress {
	readonly read: number;
	readonly of: number;
}

export interface DescribeModelParams {
	/** Chosen by the caller; names the run in its progress. */
	readonly run: string;
	readonly model: ModelRequest;
}

export interface CompareModelsParams {
	readonly before: ModelRequest;
	readonly after: ModelRequest;
}

export interface PredictParams {
	readonly model: ModelRequest;
	readonly data: DataRequest;
	/** How many labels to name per picture. */
	readonly top: number;
	/** Path of an `.npz` to write `logits` and `output` to; null for none. */
	readonly npz: string | null;
}

export interface PredictResult {
	readonly images: readonly PredictedImage[];
	readonly classNames: readonly string[];
	readonly warnings: readonly string[];
	readonly backend: BackendInfo;
	/** Share of readable, labelled pictures that are predicted right; null where none has a label. */
	readonly accuracy: number | null;
	/** How many of the readable, labelled pictures are predicted right, and how many there are. */
	readonly right: number;
	readonly labelled: number;
}

export interface AttackParams {
	/** Chosen by the caller; names the run in `stopImage`. */
	readonly run: string;
	readonly model: ModelRequest;
	readonly data: DataRequest;
	/** Where the images are part of a run that was asked for before: their places in it, so that what is random is the same again. */
	readonly places?: readonly number[];
	readonly options: AttackOptions;
	readonly seed: number;
	/** Path of an `.npz` to write originals, adversarials and labels to; null for none. */
	readonly npz: string | null;
	/** Folder to write adversarial and noise PNGs to; null for none. */
	readonly out: string | null;
	/** Whether the answer and what is told on the way have the pixels; without them a data set streams through. */
	readonly keepPixels: boolean;
}

/** What an attack tells while it runs. Images are named by their position. */
export type AttackProgress =
	/** The list is known; nothing is computed yet. */
	| {
			readonly kind: "started";
			/** The report as far as it is known: what is finished can be kept whatever happens to the rest. */
			readonly report: AttackReport;
	  }
	/** The picture was read and predicted; `pixels.original` is there (null where it is unreadable). */
	| { readonly kind: "read"; readonly index: number; readonly image: AttackedImage; readonly pixels: AttackPixels }
	/** A nearer adversarial than before; sent at most a few times a second per image. */
	| { readonly kind: "better"; readonly index: number; readonly image: AttackedImage; readonly pixels: AttackPixels }
	/** This image is done, with or without an adversarial. */
	| {
			readonly kind: "finished";
			readonly index: number;
			readonly image: AttackedImage;
			readonly pixels: AttackPixels;
			readonly seconds: number;
	  };

export interface StopImageParams {
	readonly run: string;
	readonly index: number;
}

export interface SuggestParams {
	/** Chosen by the caller; names the run in its progress. */
	readonly run: string;
	readonly model: ModelRequest;
	readonly data: DataRequest;
	readonly seed: number;
}

export interface ProbeParams {
	/** Chosen by the caller; names the run in `stopProbe`. */
	readonly run: string;
	readonly model: ModelRequest;
	/** Null for the data that `blindspot.json` names for the model. */
	readonly data: DataRequest | null;
	/** A layer or a node by its name. */
	readonly layer: string;
	readonly options: ProbeOptions;
	readonly seed: number;
}

/** What probing tells while it runs. */
export type ProbeProgress =
	/**
	 * How far it is: images of the passes over the data, rotations of the tests. Sent several times a second at most.
	 */
	| { readonly kind: "progress"; readonly stage: ProbeStageName; readonly done: number; readonly total: number }
	/**
	 * The rows over the images so far, without what takes the tests; `thumbnails` are those that weren't told before.
	 * The first comes after a few hundred images.
	 */
	| { readonly kind: "rows"; readonly report: ProbeReport; readonly thumbnails: readonly ProbeThumbnail[] };

/** Ends the present stage of a running probe and what would follow it; the report says over how many images it is. */
export interface StopProbeParams {
	readonly run: string;
}

/** How many images of the data are read. */
export interface ImagesProgress {
	readonly done: number;
	readonly total: number;
}

export interface ProbeUnitParams {
	/** Chosen by the caller; names the run in its progress. */
	readonly run: string;
	readonly model: ModelRequest;
	readonly data: DataRequest | null;
	readonly layer: string;
	readonly pre: boolean;
	readonly reduce: ProbeReduction;
	readonly unit: UnitChoice;
	/** How many images to show of the most and of the least activating. */
	readonly top: number;
	readonly seed: number;
	/** The data is as it was when another unit was looked at: what is known from then is not computed again. */
	readonly reuse: boolean;
}

/** What looking at a unit tells while it goes on. */
export type UnitProgress =
	| ({ readonly kind: "images" } & ImagesProgress)
	/** All but the picture that drives it, which takes a while. */
	| { readonly kind: "report"; readonly record: UnitRecord };

/** What a direction says at each place of one picture of the data. */
export interface ActivationMapParams {
	readonly model: ModelRequest;
	readonly data: DataRequest | null;
	readonly source: string;
	readonly layer: string;
	readonly pre: boolean;
	readonly reduce: ProbeReduction;
	readonly unit: UnitChoice;
}

export interface FiringParams {
	readonly run: string;
	readonly model: ModelRequest;
	/** The data whose distribution of activations the picture is held against. */
	readonly data: DataRequest | null;
	/** Path of the picture, or `path#index` for an entry of a data set's file. */
	readonly picture: string;
	/** How many units to name per layer. */
	readonly top: number;
	readonly seed: number;
}

export interface RobustnessParams {
	/** Chosen by the caller; names the run in `stopRobustness`. */
	readonly run: string;
	readonly model: ModelRequest;
	/** A second model, or an earlier checkpoint, on the same images; null for none. */
	readonly against: ModelRequest | null;
	/** Null for the data that `blindspot.json` names for the model. */
	readonly data: DataRequest | null;
	readonly options: RobustnessOptions;
	readonly seed: number;
}

/** What a robustness run tells while it goes on. */
export type RobustnessProgress =
	| { readonly kind: "progress"; readonly done: number; readonly total: number }
	/** Over the images so far, without noise; every few seconds. */
	| { readonly kind: "report"; readonly report: RobustnessReport };

/** Ends a running robustness run; its report says over how many images it is. */
export interface StopRobustnessParams {
	readonly run: string;
}

/** A picture to write as an 8-bit PNG file; the answer is the path written. Throws `unwritable`. */
export interface SavePngParams {
	readonly path: string;
	readonly picture: BytePicture;
	readonly whenExisting: WhenExisting;
}

export interface ErrorData {
	readonly reason: ErrorReason;
	readonly subject: string | null;
}

export interface HostStatus {
	readonly backend: BackendInfo;
	readonly models: number;
	readonly tensors: number;
	readonly pid: number;
}

export const requests = {
	configure: new RequestType<HostSettings, BackendInfo, ErrorData>("configure"),
	status: new RequestType<null, HostStatus, ErrorData>("status"),
	describeData: new RequestType<DescribeDataParams, DataDescription, ErrorData>("describeData"),
	inspect: new RequestType<InspectParams, ModelSummary, ErrorData>("inspect"),
	describeModel: new RequestType<DescribeModelParams, ModelRecord, ErrorData>("describeModel"),
	compareModels: new RequestType<CompareModelsParams, ModelComparison, ErrorData>("compareModels"),
	predict: new RequestType<PredictParams, PredictResult, ErrorData>("predict"),
	attack: new RequestType<AttackParams, AttackRecord, ErrorData>("attack"),
	lipschitz: new RequestType<LipschitzParams, LipschitzReport, ErrorData>("lipschitz"),
	suggestPreprocessing: new RequestType<SuggestParams, SuggestResult, ErrorData>("suggestPreprocessing"),
	probe: new RequestType<ProbeParams, ProbeRecord, ErrorData>("probe"),
	probeUnit: new RequestType<ProbeUnitParams, UnitRecord, ErrorData>("probeUnit"),
	activationMap: new RequestType<ActivationMapParams, ActivationMap, ErrorData>("activationMap"),
	whichUnitsFire: new RequestType<FiringParams, FiringRecord, ErrorData>("whichUnitsFire"),
	robustness: new RequestType<RobustnessParams, RobustnessRecord, ErrorData>("robustness"),
	savePng: new RequestType<SavePngParams, string, ErrorData>("savePng"),
} as const;

export const notifications = {
	stopImage: new NotificationType<StopImageParams>("stopImage"),
	stopProbe: new NotificationType<StopProbeParams>("stopProbe"),
	stopRobustness: new NotificationType<StopRobustnessParams>("stopRobustness"),
} as const;

export const progress = {
	attack: new ProgressType<AttackProgress>(),
	lipschitz: new ProgressType<LipschitzProgress>(),
	probe: new ProgressType<ProbeProgress>(),
	images: new ProgressType<ImagesProgress>(),
	reading: new ProgressType<ReadingProgress>(),
	unit: new ProgressType<UnitProgress>(),
	robustness: new ProgressType<RobustnessProgress>(),
} as const;
