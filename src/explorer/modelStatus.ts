/** Whether the model that a report is of is still the one in its file. Asked lazily, and with the least work that tells. */
import { stat } from "node:fs/promises";
import type { StoredHead } from "../compute/reports/storedReport.js";
import type { ModelStatus } from "./reportList.js";

type ReportedModel = StoredHead["models"][number];

type ModelState = { readonly kind: string } | { readonly kind: "read"; readonly summary: { readonly sha256: string } };

/** What is asked of the catalog of models. */
interface Catalog {
	get(path: string): { readonly state: ModelState } | null;
	inspect(path: string): Promise<ModelState>;
	/** Whether the path lies in the workspace, or a person has named it. */
	isOwn(path: string): boolean;
}

/** What has become of the models of a report since it was run; the worst where there are several. */
export async function modelStatus(
	models: readonly ReportedModel[],
	date: Date,
	catalog: Catalog,
): Promise<ModelStatus> {
	const statuses = await Promise.all(models.map((model) => statusOf(model, date, catalog)));
	return statuses.find((status) => status === "gone") ?? statuses.find((status) => status === "changed") ?? "same";
}

async function statusOf({ path, sha256 }: ReportedModel, date: Date, catalog: Catalog): Promise<ModelStatus> {
	// A report may come from anywhere: a path that it made up could reach for another computer, or tell what is on this one.
	if (!catalog.isOwn(path)) return "same";
	const status = await stat(path).catch(() => null);
	if (status === null) return "gone";
	if (sha256 === null) return "same";
	const known = hashOf(catalog.get(path)?.state);
	// A file that was not written since is not read to find out.
	if (known === null && status.mtime <= date) return "same";
	const state = known === null ? await catalog.inspect(path) : null;
	// What can't be read any more was read when it was reported.
	if (state?.kind === "unreadable") return "changed";
	const hash = known ?? (state && hashOf(state));
	return hash === null || hash === sha256 ? "same" : "changed";
}

function hashOf(state: ModelState | undefined): string | null {
	return state && "summary" in state ? state.summary.sha256 : null;
}
