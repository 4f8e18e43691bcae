/**
 * An analysis that is one question, one run and one report: what the pages of such analyses have in common needs only
 * this description. The question and the report are plain data; a report may hold typed arrays.
 */
import type { z } from "zod";
import type { Preprocessing } from "../../compute/data/types.js";
import type { ComputeClient } from "../../compute/process/client.js";
import type { ModelRequest } from "../../compute/reports/request.js";
import type { Cell, PageSurroundings } from "../pageKind.js";

/** What every report has. */
export interface AnalysisReport {
	readonly warnings: readonly string[];
	/** The only part in which two runs with one seed differ. */
	readonly run: { readonly date: string; readonly seconds: number };
}

/** What a run has to work with. */
export interface RunContext<Report> {
	readonly client: ComputeClient;
	readonly modelRequest: (path: string) => ModelRequest;
	readonly signal: AbortSignal;
	/** What the page showed before this run; null for nothing. */
	readonly previous: Report | null;
	/** Says what happens now ("4,000 of 10,000 images"), and which share of the run is done, in [0, 1]; null: not known. */
	progress(words: string, share: number | null): void;
	/** The report so far: shown, and kept where the run is cancelled or the process ends. */
	soFar(report: Report): void;
}

/** What a session shows, for messages that are a page's own. */
export interface AnsweredQuestion<Question, Report> {
	readonly asked: Question;
	/** What the report answers; null before the first run. */
	readonly shown: Question | null;
	readonly report: Report | null;
}

export interface Analysis<Question, Report extends AnalysisReport> {
	/** The page's name (`lipschitz`); see `PageKind`. */
	readonly name: string;
	/** "Lipschitz", before the words on what is being done. */
	readonly label: string;
	readonly questionSchema: z.ZodType<Question>;
	/** Of stored reports; typed arrays are in them as such. */
	readonly reportSchema: z.ZodType<Report>;
	/** What is asked of a model when nothing else is said. */
	question(model: string | null): Question;
	/** The tab's title: "Lipschitz: mnist-cnn". */
	title(question: Question): string;
	/** Paths of the models that are asked about. */
	models(question: Question): readonly string[];
	withModel(question: Question, path: string): Question;
	/** Path of the data set; null where none is chosen yet. */
	data(question: Question): string | null;
	withData(question: Question, path: string): Question;
	/** What has to be chosen before it can be run. */
	missing(question: Question): "model" | "data" | null;
	/** Throws `cancelled` when the signal is raised, as requests to the compute process do. */
	run(question: Question, context: RunContext<Report>): Promise<Report>;
	/**
	 * Whether what is shown stays until the answer to `asked` is there: it is a step beside it, of the same form. Left out: never.
	 */
	staysShown?(shown: Question, asked: Question): boolean;
	/** The models that a report is of, with the SHA-256 of their files. */
	reported(report: Report): readonly { readonly path: string; readonly sha256: string }[];
	preprocessing(report: Report): Preprocessing | null;
	/** The report as the command line prints it: without pictures and large arrays. */
	json(report: Report): object;
	/** The rows of the CSV file, headings first. */
	rows(report: Report): readonly (readonly Cell[])[];
	/** Messages that are the page's own ("open these as adversarials"); false where it is none. */
	receive?(message: unknown, session: AnsweredQuestion<Question, Report>, around: PageSurroundings): Promise<boolean>;
}
