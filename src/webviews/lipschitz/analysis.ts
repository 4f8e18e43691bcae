/** The analysis "Lipschitz bounds" to its page: question, run, and the report as far as it is. */
import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { z } from "zod";
import { certifiedShares } from "../../compute/lipschitz/certifiedShares.js";
import type { LipschitzParams, LipschitzProgress } from "../../compute/lipschitz/requests.js";
import { resultsSchema } from "../../compute/lipschitz/schema.js";
import type { ReportModel } from "../../compute/reports/report.js";
import type { Analysis, RunContext } from "../analysis/analysis.js";
import { csvRows } from "./figures.js";
import type { Earlier, LipschitzQuestion, LipschitzResults } from "./results.js";

/** How many pictures of a data set are certified when nothing else is said. */
const TAKE = 200;

export const lipschitzAnalysis: Analysis<LipschitzQuestion, LipschitzResults> = {
	name: "lipschitz",
	label: "Lipschitz",
	questionSchema: z.strictObject({
		model: z.string().nullable(),
		data: z.strictObject({ path: z.string(), take: z.number().int().positive().nullable() }).nullable(),
		adversarials: z.boolean(),
	}),
	reportSchema: resultsSchema,
	question: (model) => ({ model, data: null, adversarials: true }),
	title: ({ model }) => `Lipschitz: ${model === null ? "no model" : basename(model)}`,
	models: ({ model }) => (model === null ? [] : [model]),
	withModel: (question, model) => ({ ...question, model }),
	data: ({ data }) => data?.path ?? null,
	withData: (question, path) => ({ ...question, data: { path, take: TAKE } }),
	missing: ({ model }) => (model === null ? "model" : null),
	run,
	reported: ({ model }) => [{ path: model.path, sha256: model.sha256 }],
	preprocessing: ({ circumstances }) => circumstances?.preprocessing ?? null,
	json: ({ outlines: _outlines, earlier: _earlier, circumstances, ...results }) => ({ ...circumstances, ...results }),
	rows: csvRows,
};

async function run(
	{ model, data, adversarials }: LipschitzQuestion,
	context: RunContext<LipschitzResults>,
): Promise<LipschitzResults> {
	const path = model as string;
	const params: LipschitzParams = {
		run: randomUUID(),
		model: context.modelRequest(path),
		data: data && { kind: "dataset", path: data.path, take: data.take, skip: 0 },
		adversarials: adversarials && data !== null,
		seed: 0,
	};
	const gathered = new Gathered(context);
	const report = await context.client.lipschitz(params, (event) => gathered.hear(event), context.signal);
	const { model: reported, layers, network, certificates, shares, warnings, run, ...circumstances } = report;
	return {
		model: reported,
		outlines: layers,
		layers,
		network,
		certificates,
		shares,
		earlier: earlierOf(context.previous, reported),
		warnings,
		run,
		circumstances,
	};
}

/** The bounds of the same model before its file changed; null where nothing else was seen. */
function earlierOf(previous: LipschitzResults | null, { path, sha256 }: ReportModel): Earlier | null {
	if (previous === null || previous.model.path !== path || previous.network === null) return null;
	if (previous.model.sha256 === sha256) return previous.earlier;
	const { model, layers, network, run } = previous;
	return {
		sha256: model.sha256,
		date: run.date,
		network: network.upper,
		layers: layers.map(({ name, before, product }) => ({ name, before, product })),
	};
}

/** The report so far, from what the compute process tells. */
class Gathered {
	#results: LipschitzResults | null = null;

	constructor(private readonly context: RunContext<LipschitzResults>) {}

	hear(event: LipschitzProgress): void {
		const next = this.#after(event);
		if (next === null) return;
		this.#results = next;
		this.#say(next);
		this.context.soFar(next);
	}

	#after(event: LipschitzProgress): LipschitzResults | null {
		const results = this.#results;
		if (event.kind === "started") {
			const { model, layers, pictures } = event;
			const unknown = { label: null, predicted: null, margin: null, radius: null, found: null, error: null };
			return {
				model,
				outlines: layers,
				layers: [],
				network: null,
				certificates: pictures.map((source) => ({ source, ...unknown })),
				shares: [],
				earlier: earlierOf(this.context.previous, model),
				warnings: [],
				run: { date: new Date().toISOString(), seconds: 0, layerSeconds: [] },
				circumstances: null,
			};
		}
		if (results === null) return null;
		switch (event.kind) {
			case "layer":
				return { ...results, layers: [...results.layers, event.layer] };
			case "network":
				return { ...results, network: event.network };
			case "picture": {
				const certificates = results.certificates.with(event.index, event.certificate);
				return {
					...results,
					certificates,
					shares: certifiedShares(certificates.filter(({ margin }) => margin !== null)),
				};
			}
		}
	}

	#say({ outlines, layers, certificates }: LipschitzResults): void {
		const { progress } = this.context;
		if (layers.length < outlines.length || certificates.length === 0) {
			progress(`${layers.length} of ${outlines.length} layers`, layers.length / outlines.length);
			return;
		}
		const done = certificates.filter(({ margin, error }) => margin !== null || error !== null).length;
		const found = certificates.filter((certificate) => certificate.found !== null).length;
		const words =
			found > 0 ? `${found} adversarials of ${certificates.length} images` : `${done} of ${certificates.length} images`;
		progress(words, Math.max(found, found > 0 ? 0 : done) / certificates.length);
	}
}
