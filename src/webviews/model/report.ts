/** What the page "Model" is asked and what it shows. */
import type { ModelComparison, ModelRecord } from "../../compute/modelDetails/report.js";

export interface ModelQuestion {
	readonly model: string | null;
	/** An earlier model that it is compared with; null to show the model itself. */
	readonly against: string | null;
}

export interface ModelPageReport {
	readonly warnings: readonly string[];
	readonly run: { readonly date: string; readonly seconds: number };
	readonly content:
		| ({ readonly kind: "model" } & ModelRecord)
		| { readonly kind: "comparison"; readonly comparison: ModelComparison };
}
