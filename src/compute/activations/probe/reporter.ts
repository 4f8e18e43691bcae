/** Puts the report of a probe together, while it runs and at its end. */

import type { UnreadableImage } from "../../data/types.js";
import type { HandlerContext } from "../../prepare/context.js";
import type { PreparedModel } from "../../prepare/prepare.js";
import { reportHead, reportSubject, runSince } from "../../prepare/reportHead.js";
import { chancePurity, purityCounts } from "../coherence.js";
import { probedDirection } from "../rows.js";
import { conditionsOf, findingOf } from "./finding.js";
import type {
	ProbedData,
	ProbedDirection,
	ProbeRecord,
	ProbeReport,
	ProbeStage,
	ProbeStatistics,
	ProbeThumbnail,
} from "./report.js";
import type { ProbeParams } from "./requests.js";
import type { BoxOf, ProbeSetting, Scored } from "./setting.js";
import { type Evidence, probeStatistics, type RotationEvidence, singleUnitTests } from "./statistics.js";

/** Unreadable images that are named with their reason. */
const MOST_EXAMPLES = 10;

const NO_STATISTICS: ProbeStatistics = {
	purity: null,
	similarity: null,
	featureSimilarity: null,
	inactive: 0,
	test: null,
	singleUnits: null,
};

interface Rows {
	readonly units: readonly ProbedDirection[];
	readonly directions: readonly ProbedDirection[];
	readonly own: ProbeReport["own"];
}

export class ProbeReporter {
	readonly #began = new Date();
	readonly #examples: { readonly source: string; readonly error: string }[] = [];
	readonly #toldThumbnails = new Set<number>();
	#unreadable = 0;

	constructor(
		private readonly context: HandlerContext,
		private readonly prepared: PreparedModel,
		private readonly params: ProbeParams,
		private readonly setting: Pick<ProbeSetting, "layer" | "data" | "warnings">,
	) {}

	/** Counts an image in that can't be read. */
	unreadable({ source, error }: UnreadableImage): void {
		this.#unreadable++;
		if (this.#examples.length < MOST_EXAMPLES) this.#examples.push({ source, error });
	}

	/** The rows so far, with the thumbnails that weren't told before. */
	preview(scored: Scored, stages: readonly ProbeStage[]): ProbeRecord {
		const rows = this.#rows(scored, () => null);
		const data = this.#data(scored, false);
		const inactive = rows.units.filter((unit) => unit.inactive).length;
		const report = this.#report(rows, data, { ...NO_STATISTICS, inactive }, [], stages);
		const finding = `Over the first ${data.scored.toLocaleString("en")} of ${data.total.toLocaleString("en")} images, so far.`;
		const thumbnails = thumbnailsOf(scored).filter(({ index }) => !this.#toldThumbnails.has(index));
		for (const { index } of thumbnails) this.#toldThumbnails.add(index);
		return { report: { ...report, finding }, thumbnails };
	}

	record(
		scored: Scored,
		outcome: {
			readonly boxes: BoxOf;
			readonly rotation: RotationEvidence | null;
			readonly stopped: boolean;
			readonly stages: readonly ProbeStage[];
		},
	): ProbeRecord {
		const data = this.#data(scored, outcome.stopped);
		const rows = this.#rows(scored, outcome.boxes);
		const isComparable = data.scored > this.params.options.top;
		const evidence: Evidence = {
			units: isComparable ? rows.units : [],
			directions: isComparable ? rows.directions : [],
			chance: this.#chance(scored, data),
			rotation: outcome.rotation,
			seed: this.params.seed,
		};
		const compared = probeStatistics(evidence);
		const { tests, words } = singleUnitTests(evidence, compared);
		const units = rows.units.map((unit, at) => ({ ...unit, single: tests[at] ?? null }));
		const inactive = rows.units.filter((unit) => unit.inactive).length;
		const statistics = { ...compared, inactive, singleUnits: words };
		const warnings = this.#dataWarnings(scored, rows);
		const report = this.#report({ ...rows, units }, data, statistics, warnings, outcome.stages);
		return { report, thumbnails: thumbnailsOf(scored) };
	}

	#rows(scored: Scored, boxes: BoxOf): Rows {
		const { pass, units, directions, own } = scored;
		const wanted = this.params.options.top;
		const row = (at: number, index: number, name: string): ProbedDirection =>
			probedDirection({
				index,
				name,
				top: { images: pass.top.images(at), scores: pass.top.scores(at) },
				bottom: pass.bottom && {
					images: pass.bottom.images(at),
					// Zero stays without a sign.
					scores: pass.bottom.scores(at).map((negative) => 0 - negative),
				},
				wanted,
				marks: (image) => pass.marks(image),
				box: (image) => boxes(at, image),
				figures: pass.figures.figures(at),
				notFinite: pass.figures.notFinite(at),
				purityCounts: purityCounts(pass.perClass),
			});
		const { layer } = this.setting;
		const afterUnits = units.length + directions.count;
		return {
			units: units.map((unit, at) => row(at, unit, `unit ${unit}`)),
			directions: directions.names.map((name, at) => row(units.length + at, at, name)),
			own: own.names.map((name, at) => ({
				...row(afterUnits + at, at, name),
				values: Array.from(own.values.subarray(at * layer.units, (at + 1) * layer.units)),
			})),
		};
	}

	#chance({ pass }: Scored, data: ProbedData): number | null {
		const { top } = this.params.options;
		if (data.scored <= top || !purityCounts(pass.perClass)) return null;
		const labelled = pass.perClass.reduce((sum, count) => sum + count, 0);
		return chancePurity(pass.perClass, data.scored - labelled, top);
	}

	#data({ pass }: Scored, stopped: boolean): ProbedData {
		return {
			name: this.setting.data.name,
			total: this.setting.data.entries.length,
			scored: pass.images,
			unreadable: this.#unreadable,
			unreadableExamples: this.#examples,
			stopped,
			perClass: pass.perClass.some((count) => count > 0) ? pass.perClass : null,
		};
	}

	/** What the data make impossible, for people to read. */
	#dataWarnings({ pass }: Scored, { units }: Rows): readonly string[] {
		const warnings: string[] = [];
		const { top } = this.params.options;
		const present = pass.perClass.flatMap((count, label) => (count > 0 ? [label] : []));
		const [only] = present;
		if (present.length === 1 && only !== undefined)
			warnings.push(`Purity says nothing: all labelled images are ${this.prepared.classNames.names[only]}.`);
		if (present.length > 1 && !purityCounts(pass.perClass))
			warnings.push("Purity says nothing: no two images have the same label.");
		if (pass.images > 0 && pass.images <= top)
			warnings.push(`${counted(pass.images)} scored, ${top} are to be ranked: every list holds all of them.`);
		const [example] = this.#examples;
		if (example) warnings.push(`${counted(this.#unreadable)} unreadable and left out. The first: ${example.error}`);
		const broken = units.filter(({ notFinite }) => notFinite > 0);
		const [first] = broken;
		if (first) {
			const others = broken.length > 1 ? `, as are ${broken.length - 1} other units on theirs` : "";
			warnings.push(
				`${first.name} is no finite number on ${first.notFinite} images and left out there${others}; directions go by the remaining units.`,
			);
		}
		return warnings;
	}

	#report(
		rows: Rows,
		data: ProbedData,
		statistics: ProbeStatistics,
		warnings: readonly string[],
		stages: readonly ProbeStage[],
	): ProbeReport {
		const { classNames } = this.prepared;
		const { layer, data: asked, warnings: known } = this.setting;
		const { options, seed } = this.params;
		const judged = { ...rows, statistics, data, options, layer, seed };
		return {
			kind: "probe",
			...reportHead(this.context),
			...reportSubject(this.prepared),
			layer,
			options,
			seed,
			classNames: classNames.provenance,
			labels: asked.because,
			data,
			finding: findingOf(judged),
			conditions: conditionsOf(judged),
			warnings: [...known, ...warnings],
			...rows,
			statistics,
			run: { ...runSince(this.#began), stages: [...stages] },
		};
	}
}

function counted(images: number): string {
	return images === 1 ? "1 image was" : `${images.toLocaleString("en")} images were`;
}

function thumbnailsOf({ pass }: Scored): readonly ProbeThumbnail[] {
	return [...pass.ranked()].sort((a, b) => a - b).map((index) => ({ index, picture: pass.marks(index).thumbnail }));
}
