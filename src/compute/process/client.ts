/**
 * The compute process as its users see it: a method for each request of the protocol. Used by the extension, the CLI
 * and tests.
 */

import type { ProbeRecord } from "../activations/probe/report.js";
import type { ActivationMap, FiringRecord, UnitRecord } from "../activations/unit/report.js";
import type { LipschitzParams, LipschitzProgress, LipschitzReport } from "../lipschitz/report.js";
import type { ModelComparison, ModelRecord } from "../modelDetails/report.js";
import type { SuggestResult } from "../predict/suggestion.js";
import type { AttackRecord, ModelSummary } from "../reports/report.js";
import type { RobustnessRecord } from "../robustness/report.js";
import {
	type ActivationMapParams,
	type AttackParams,
	type AttackProgress,
	type CompareModelsParams,
	type DataDescription,
	type DescribeDataParams,
	type DescribeModelParams,
	type FiringParams,
	type HostStatus,
	type ImagesProgress,
	type InspectParams,
	notifications,
	type PredictParams,
	type PredictResult,
	type ProbeParams,
	type ProbeProgress,
	type ProbeUnitParams,
	progress,
	type ReadingProgress,
	type RobustnessParams,
	type RobustnessProgress,
	requests,
	type SavePngParams,
	type StopImageParams,
	type StopProbeParams,
	type StopRobustnessParams,
	type SuggestParams,
	type UnitProgress,
} from "./protocol.js";
import { RestartingProcess } from "./restartingProcess.js";

const neverAborted = new AbortController().signal;

export class ComputeClient extends RestartingProcess {
	/** What a data set holds; throws `unreadable-data` where it is none. */
	describeData(params: DescribeDataParams, signal: AbortSignal = neverAborted): Promise<DataDescription> {
		return this.request(requests.describeData, params, signal);
	}

	inspect(params: InspectParams, signal: AbortSignal = neverAborted): Promise<ModelSummary> {
		return this.request(requests.inspect, params, signal);
	}

	/** Everything about a model file that can be said without a picture; `onProgress` hears how far its reading is. */
	describeModel(
		params: DescribeModelParams,
		onProgress: (event: ReadingProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<ModelRecord> {
		return this.request(requests.describeModel, params, signal, ({ connection }) =>
			connection.onProgress(progress.reading, params.run, onProgress),
		);
	}

	compareModels(params: CompareModelsParams, signal: AbortSignal = neverAborted): Promise<ModelComparison> {
		return this.request(requests.compareModels, params, signal);
	}

	predict(params: PredictParams, signal: AbortSignal = neverAborted): Promise<PredictResult> {
		return this.request(requests.predict, params, signal);
	}

	/**
	 * Runs an attack. Where it has to be run again (a cancel of another request stayed unanswered), `onProgress`
	 * hears `started` a second time.
	 */
	attack(
		params: AttackParams,
		onProgress: (event: AttackProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<AttackRecord> {
		return this.request(requests.attack, params, signal, ({ connection }) =>
			connection.onProgress(progress.attack, params.run, onProgress),
		);
	}

	/** Bounds of all layers and of the network; `onProgress` hears each layer and each picture when it is done. */
	lipschitz(
		params: LipschitzParams,
		onProgress: (event: LipschitzProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<LipschitzReport> {
		return this.request(requests.lipschitz, params, signal, ({ connection }) =>
			connection.onProgress(progress.lipschitz, params.run, onProgress),
		);
	}

	/** Tries other preprocessings where the present one is an assumption; `onProgress` hears how many pictures were judged. */
	suggestPreprocessing(
		params: SuggestParams,
		onProgress: (event: ImagesProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<SuggestResult> {
		return this.request(requests.suggestPreprocessing, params, signal, ({ connection }) =>
			connection.onProgress(progress.images, params.run, onProgress),
		);
	}

	/** Probes a layer; `onProgress` hears how far it is and the rows so far. */
	probe(
		params: ProbeParams,
		onProgress: (event: ProbeProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<ProbeRecord> {
		return this.request(requests.probe, params, signal, ({ connection }) =>
			connection.onProgress(progress.probe, params.run, onProgress),
		);
	}

	/** All about one unit or direction of a layer. */
	probeUnit(
		params: ProbeUnitParams,
		onProgress: (event: UnitProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<UnitRecord> {
		return this.request(requests.probeUnit, params, signal, ({ connection }) =>
			connection.onProgress(progress.unit, params.run, onProgress),
		);
	}

	activationMap(params: ActivationMapParams, signal: AbortSignal = neverAborted): Promise<ActivationMap> {
		return this.request(requests.activationMap, params, signal);
	}

	/** The units of each layer that a picture drives most, against the data's distribution. */
	whichUnitsFire(
		params: FiringParams,
		onProgress: (event: ImagesProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<FiringRecord> {
		return this.request(requests.whichUnitsFire, params, signal, ({ connection }) =>
			connection.onProgress(progress.images, params.run, onProgress),
		);
	}

	/** Writes an 8-bit PNG file and says under which path. */
	savePng(params: SavePngParams, signal: AbortSignal = neverAborted): Promise<string> {
		return this.request(requests.savePng, params, signal);
	}

	status(signal: AbortSignal = neverAborted): Promise<HostStatus> {
		return this.request(requests.status, null, signal);
	}

	/** Ends the search for one image of a running attack; its best result so far stands. */
	async stopImage(params: StopImageParams): Promise<void> {
		await this.notify(notifications.stopImage, params);
	}

	/** How robust a model is, or two beside each other; `onProgress` hears how far it is and the report so far. */
	robustness(
		params: RobustnessParams,
		onProgress: (event: RobustnessProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<RobustnessRecord> {
		return this.request(requests.robustness, params, signal, ({ connection }) =>
			connection.onProgress(progress.robustness, params.run, onProgress),
		);
	}

	/** Ends a robustness run early; it answers with what it has and says over how many images that is. */
	async stopRobustness(params: StopRobustnessParams): Promise<void> {
		await this.notify(notifications.stopRobustness, params);
	}

	/** Ends a running probe early; it answers with what it has and says over how many images that is. */
	async stopProbe(params: StopProbeParams): Promise<void> {
		await this.notify(notifications.stopProbe, params);
	}
}
