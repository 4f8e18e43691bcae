/** What the page "Probe" shows and does beside what all analyses do: activation maps, and the blind test. No `vscode` here. */
import { z } from "zod";
import { REDRAWABLE_CONTROLS, type UnitChoice } from "../../compute/activations/unit/report.js";
import { BlindspotError } from "../../compute/errors.js";
import { Random } from "../../compute/math/random.js";
import type { StoredReport } from "../../compute/reports/storedReport.js";
import { AnalysisSession, type StoredAnalysis } from "../analysis/session.js";
import type { ExportedReport, PageSurroundings } from "../pageKind.js";
import { UNIT_IMAGES } from "../unit/analysis.js";
import type { UnitQuestion } from "../unit/question.js";
import { layersOf, type probeAnalysis } from "./analysis.js";
import { type BlindTest, blindResult, drawBlindTest, LEAST_PER_KIND, MARKS } from "./blind/blindTest.js";
import type { ChosenDirection, OwnAction, ProbeExtensionMessage, ProbePageMessage } from "./messages.js";
import { type OwnEditor, ownAfter } from "./ownDirections.js";
import { dataRequest, type ProbeQuestion, type ShownProbe } from "./question.js";
import { standings } from "./standings.js";
import { columnName } from "./words.js";

const index = z.number().int().nonnegative();
const chosen = z.strictObject({
	kind: z.enum(["unit", "direction", "own"]),
	index,
}) satisfies z.ZodType<ChosenDirection>;

export const blindTestSchema = z.strictObject({
	seed: index,
	grids: z
		.array(
			z.strictObject({
				kind: z.enum(["unit", "direction"]),
				index,
				mark: z.enum(MARKS).nullable(),
				name: z.string().max(1_000),
			}),
		)
		.max(1_000),
}) satisfies z.ZodType<BlindTest>;

const ownMessage = z.discriminatedUnion("type", [
	z.strictObject({ type: z.literal("layers"), model: z.string().min(1).max(4_096) }),
	z.strictObject({ type: z.literal("map"), source: z.string().min(1).max(4_096), of: chosen }),
	z.strictObject({ type: z.literal("openUnit"), of: chosen }),
	z.strictObject({ type: z.literal("startBlind"), seed: index.max(2 ** 32 - 1), perKind: index.min(1).max(500) }),
	z.strictObject({ type: z.literal("blind"), test: blindTestSchema.nullable() }),
	z.strictObject({ type: z.literal("exportBlind") }),
	z.strictObject({
		type: z.literal("own"),
		action: z.union([
			z.strictObject({ kind: z.enum(["combination", "load", "save", "clear"]) }),
			z.strictObject({ kind: z.literal("images"), sources: z.array(z.string().min(1).max(4_096)).min(1).max(10_000) }),
		]),
	}),
]) satisfies z.ZodType<ProbePageMessage>;

export interface StoredProbe extends StoredAnalysis<ProbeQuestion, ShownProbe> {
	readonly blind: BlindTest | null;
}

/** What the session asks of the editor. */
export interface ProbeEditor extends OwnEditor {
	/** Opens the page of a unit or direction. */
	openUnit(question: UnitQuestion): Promise<void>;
	/** Saves a file where the person says. */
	save(name: string, content: object): Promise<void>;
}

export class ProbeSession extends AnalysisSession<ProbeQuestion, ShownProbe> {
	#blind: BlindTest | null;

	constructor(
		id: string,
		analysis: ReturnType<typeof probeAnalysis>,
		start: StoredProbe,
		around: PageSurroundings,
		readonly editor: ProbeEditor,
	) {
		super(id, analysis, start, around);
		this.#blind = start.blind;
	}

	override get stored(): StoredReport | null {
		const stored = super.stored;
		if (stored === null) return null;
		const content: StoredProbe = {
			...(stored.content as StoredAnalysis<ProbeQuestion, ShownProbe>),
			blind: this.#blind,
		};
		return { ...stored, content };
	}

	override get exported(): ExportedReport | null {
		const exported = super.exported;
		if (exported === null || this.#blind === null) return exported;
		return {
			...exported,
			report: { ...exported.report, blindTest: this.#blind },
			messages: [...exported.messages, this.#blindMessage()],
		};
	}

	override sendAll(): void {
		super.sendAll();
		this.around.post(this.#blindMessage());
	}

	/** A new run's grids are other grids. */
	override async run(question: ProbeQuestion): Promise<void> {
		this.#blind = null;
		this.around.post(this.#blindMessage());
		await super.run(question);
	}

	override async receive(message: unknown): Promise<boolean> {
		const { success, data } = ownMessage.safeParse(message);
		if (!success) return super.receive(message);
		await this.#do(data);
		return true;
	}

	async #do(message: ProbePageMessage): Promise<void> {
		const { client, modelRequest } = this.around;
		switch (message.type) {
			case "layers": {
				const layers = await layersOf(client, modelRequest(message.model));
				return this.#post({ type: "layers", model: message.model, layers });
			}
			case "map":
				return this.#sendMap(message.source, message.of);
			case "openUnit": {
				const { report, question } = this.#shownRun();
				return this.editor.openUnit(unitQuestion(message.of, report, question));
			}
			case "startBlind":
				return this.#startBlind(message.seed, message.perKind);
			case "blind":
				this.#blind = message.test;
				return this.around.changed(false);
			case "exportBlind":
				return this.#exportBlind();
			case "own":
				return this.#changeOwn(message.action);
		}
	}

	/** Another set of own directions is probed at once. */
	async #changeOwn(action: OwnAction): Promise<void> {
		const { asked, report } = this;
		const units = report?.layer.units ?? Number.POSITIVE_INFINITY;
		const own = await ownAfter(action, asked.options.own, units, report?.own ?? [], this.editor);
		if (own !== null) await this.run({ ...asked, options: { ...asked.options, own } });
	}

	async #sendMap(source: string, of: ChosenDirection): Promise<void> {
		const { report, question } = this.#shownRun();
		const { client, modelRequest } = this.around;
		const map = await client.activationMap({
			model: modelRequest(report.model.path),
			data: question.data === null ? null : dataRequest(question.data),
			source,
			layer: report.layer.layer,
			pre: report.options.pre,
			reduce: report.options.reduce,
			unit: unitOf(of, report),
		});
		this.#post({ type: "map", source, of, map });
	}

	#startBlind(seed: number, perKind: number): void {
		const { report } = this.#shownRun();
		const test = drawBlindTest(report, seed, perKind, Random.stream(seed, "blind test"));
		if (test === null)
			throw new BlindspotError(
				"bad-request",
				`A blind test needs at least ${LEAST_PER_KIND} units and ${LEAST_PER_KIND} directions with a full set of images.`,
			);
		this.#blind = test;
		this.around.post(this.#blindMessage());
		this.around.changed(false);
	}

	async #exportBlind(): Promise<void> {
		const { report } = this.#shownRun();
		if (this.#blind === null) return;
		await this.editor.save("blind-test.json", {
			kind: "blind-test",
			version: 1,
			probe: {
				model: { path: report.model.path, sha256: report.model.sha256 },
				layer: report.layer.layer,
				data: report.data.name,
				options: report.options,
				seed: report.seed,
			},
			seed: this.#blind.seed,
			grids: this.#blind.grids,
			result: blindResult(this.#blind),
		});
	}

	/** The report with the question that it answers. */
	#shownRun(): { readonly report: ShownProbe; readonly question: ProbeQuestion } {
		const { report, shown } = this;
		if (report === null || shown === null) throw new BlindspotError("bad-request", "Nothing has been probed yet.");
		return { report, question: shown };
	}

	#blindMessage(): ProbeExtensionMessage {
		return { type: "blind", test: this.#blind };
	}

	#post(message: ProbeExtensionMessage): void {
		this.around.post(message);
	}
}

/** The blind test that was stored with a probe. Throws `unreadable-data`. */
export function blindOf(content: unknown): BlindTest | null {
	const { success, data } = z.object({ blind: blindTestSchema.nullable().default(null) }).safeParse(content);
	if (success) return data.blind;
	throw new BlindspotError("unreadable-data", "The stored blind test is none of this version.");
}

function unitQuestion(of: ChosenDirection, report: ShownProbe, { data, seed }: ProbeQuestion): UnitQuestion {
	return {
		model: report.model.path,
		layer: report.layer.layer,
		data,
		pre: report.options.pre,
		reduce: report.options.reduce,
		unit: unitOf(of, report),
		top: UNIT_IMAGES,
		seed,
		standings: of.kind === "unit" ? standings(report) : null,
	};
}

/** How the compute process is asked for a unit or direction of a report. Throws `bad-request` where it can't be. */
function unitOf({ kind, index }: ChosenDirection, report: ShownProbe): UnitChoice {
	if (kind === "unit") return { kind: "unit", index };
	if (kind === "own") {
		const own = report.own.find((direction) => direction.index === index);
		if (own) return { kind: "direction", name: own.name, values: own.values };
	}
	const control = REDRAWABLE_CONTROLS.find((known) => known === report.options.control);
	if (kind === "direction" && control !== undefined) return { kind: "drawn", control, index, seed: report.seed };
	throw new BlindspotError(
		"bad-request",
		`Direction ${index} can't be looked at alone: ${columnName(report.options.control).toLowerCase()} depend on the whole data.`,
	);
}
