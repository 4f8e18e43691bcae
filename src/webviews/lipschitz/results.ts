/** What the page is asked, and what it shows. Types only. */
import type {
	Certificate,
	CertifiedShares,
	LayerBound,
	LayerOutline,
	LipschitzReport,
	NetworkBound,
} from "../../compute/lipschitz/report.js";
import type { ReportModel } from "../../compute/reports/report.js";
import type { AnalysisReport } from "../analysis/analysis.js";

export interface LipschitzQuestion {
	readonly model: string | null;
	/** Pictures to certify; null for none. */
	readonly data: { readonly path: string; readonly take: number | null } | null;
	/** Whether their adversarials are searched. */
	readonly adversarials: boolean;
}

/** Bounds of the model as it was before its file changed. */
export interface Earlier {
	readonly sha256: string;
	readonly date: string;
	readonly network: number | null;
	readonly layers: readonly {
		readonly name: string;
		readonly before: number | null;
		readonly product: number | null;
	}[];
}

/** The report, or while a run goes on what there is of it. */
export interface LipschitzResults extends AnalysisReport {
	readonly model: ReportModel;
	/** All layers, also those whose bounds aren't known yet. */
	readonly outlines: readonly LayerOutline[];
	/** The first of them, with their bounds. */
	readonly layers: readonly LayerBound[];
	/** Null until the layers are done. */
	readonly network: NetworkBound | null;
	readonly certificates: readonly Certificate[];
	readonly shares: readonly CertifiedShares[];
	readonly earlier: Earlier | null;
	readonly run: LipschitzReport["run"];
	/** The rest of the report; null until it is complete. */
	readonly circumstances: Omit<
		LipschitzReport,
		"model" | "layers" | "network" | "certificates" | "shares" | "warnings" | "run"
	> | null;
}
