/** What every analysis of pictures starts with: the model, its preprocessing and class names, and the pictures. */
import { type ChosenClassNames, chooseClassNames } from "../data/classNames.js";
import { findConfiguration, readConfiguration, settingsForModel } from "../data/configuration.js";
import type { DataEntry } from "../data/entries.js";
import type { FolderOrder } from "../data/folderOrders.js";
import { resolveLabels, takeBalanced } from "../data/labels.js";
import type { LabelledEntry } from "../data/loading.js";
import { choosePreprocessing } from "../data/preprocessing.js";
import type { WantedPixels } from "../data/raster.js";
import { readSideFiles } from "../data/sideFiles.js";
import { preprocessingSentence, standingOf } from "../data/standing.js";
import type { ChosenPreprocessing, Provenance } from "../data/types.js";
import { BlindspotError } from "../errors.js";
import { Random } from "../math/random.js";
import { countParameters } from "../network/cost.js";
import type { PictureShape } from "../network/entrance.js";
import { findHead } from "../network/head.js";
import type { TensorClassifier } from "../network/tensorClassifier.js";
import type { ReportModel } from "../reports/report.js";
import type { DataRequest, ModelRequest } from "../reports/request.js";
import type { HandlerContext } from "./context.js";
import { entriesAround, listEntries } from "./entries.js";
import { chooseFolderOrder } from "./folderOrder.js";
import type { LoadedModel } from "./modelStore.js";

export interface PreparedModel {
	readonly model: LoadedModel;
	/** Its weights go onto the backend when it is first asked for. */
	readonly classifier: TensorClassifier;
	readonly preprocessing: ChosenPreprocessing;
	readonly classNames: ChosenClassNames;
	/** How class folders are numbered, where that was said; null where labelled pictures are to show it. */
	readonly folders: FolderOrder | null;
	/** What pictures are to be. */
	readonly wanted: WantedPixels;
	readonly report: ReportModel;
	/** Data that `blindspot.json` names for the model. */
	readonly data: readonly string[];
	/** What was assumed about the model, for people to read. */
	readonly warnings: readonly string[];
}

/** Says so where the preprocessing was assumed. */
export function assumptions({ preprocessing: { provenance } }: PreparedModel): readonly string[] {
	return standingOf(provenance) === "assumed" ? [preprocessingSentence(provenance)] : [];
}

/**
 * Runs `work` with the model ready to classify pictures; with `pictures` "none" its input may be any values at all. Throws
 * what reading the model and its configuration throw, `unsupported-model` where its input is no picture.
 */
export async function withModel<T>(
	{ store, onRead }: HandlerContext,
	request: ModelRequest,
	signal: AbortSignal,
	work: (prepared: PreparedModel) => Promise<T>,
	pictures: "needed" | "none" = "needed",
): Promise<T> {
	const configuration = request.configuration ?? (await findConfiguration(request.path, null));
	const settings = configuration
		? settingsForModel(configuration, await readConfiguration(configuration), request.path)
		: null;
	const output = request.output ?? settings?.output ?? null;
	const sideFiles = await readSideFiles(request.path);
	return store.use(
		request.path,
		{
			inputSize: request.inputSize ?? settings?.inputSize ?? null,
			// A size on the command line says all there is to say.
			channels: request.channels ?? (request.inputSize ? null : (settings?.channels ?? null)),
			usualSize: sideFiles.cards.find(({ inputSize }) => inputSize !== null)?.inputSize ?? null,
			output,
			exclusive: request.exclusive ?? settings?.exclusive ?? false,
		},
		signal,
		async (model) => {
			const { network } = model;
			const { shape, assumed, refusal } = model.pictureInput;
			if (refusal !== null && pictures === "needed")
				throw new BlindspotError("unsupported-model", refusal, request.path);
			const [height, width, channels] = shape;
			refuseOtherShape(request, shape);
			const { classes } = findHead(network);
			const preprocessing = choosePreprocessing({
				options: request.preprocessing,
				checked: request.checked ?? null,
				settings,
				network,
				sideFiles,
				inputSize: { width, height },
				channels,
			});
			const classNames = await chooseClassNames({
				count: classes,
				optionFile: request.classesFile,
				settings,
				sideFiles,
				ownNames: network.classText ?? null,
			});
			return work({
				model,
				get classifier() {
					return model.classifier(preprocessing.preprocessing);
				},
				preprocessing,
				classNames,
				folders: request.folders ?? settings?.folders ?? null,
				wanted: {
					width,
					height,
					channels,
					fit: preprocessing.preprocessing.fit,
					transparency: preprocessing.preprocessing.transparency ?? "white",
				},
				report: {
					path: request.path,
					sha256: model.read.sha256,
					format: network.format,
					parameters: countParameters(network.nodes),
					classes,
					classNames: classNames.names,
					inputSize: { width, height },
					channels,
					...(network.outputChoice === undefined ? {} : { outputChoice: network.outputChoice }),
				},
				data: settings?.data ?? [],
				warnings: [
					...network.warnings,
					...(assumed === null
						? []
						: [`Assumed: the model takes ${assumed}. Set "inputSize" in blindspot.json, or --size, to change that.`]),
					...preprocessing.warnings,
					...classNames.warnings,
				],
			});
		},
		onRead,
	);
}

/** Throws `bad-request` where the caller says another size than the model's file. */
function refuseOtherShape({ path, inputSize, channels }: ModelRequest, shape: PictureShape): void {
	const [height, width] = shape;
	const sameSize = !inputSize || (inputSize.width === width && inputSize.height === height);
	if (sameSize && (channels === undefined || channels === shape[2])) return;
	throw new BlindspotError(
		"bad-request",
		`${path} takes images of ${width}×${height}×${shape[2]}, no other size.`,
		path,
	);
}

/** What was asked for, or the data that `blindspot.json` names for the model. Throws `bad-request` where there is neither. */
export function askedOrConfigured(asked: DataRequest | null, { data, report }: PreparedModel): DataRequest {
	if (asked) return asked;
	const [path] = data;
	if (path === undefined)
		throw new BlindspotError(
			"bad-request",
			`No pictures are named, and no blindspot.json names data for ${report.path}: give pictures or a data set.`,
		);
	return { kind: "dataset", path, take: null, skip: 0 };
}

export interface PreparedData {
	readonly entries: readonly LabelledEntry[];
	/** How the labels came about, for people to read; null where no picture has one. */
	readonly because: string | null;
	/** How the class folders are numbered, where that was open and labelled pictures were asked; else null. */
	readonly order: FolderOrder | null;
	/** Names of the classes by the folders, where nothing else names them; null for none. */
	readonly folderNames: readonly string[] | null;
	readonly warnings: readonly string[];
}

/**
 * The pictures that a request names, with labels where they are known. Where class folders can be numbered in several ways the model is asked
 * which is right. Throws where there is no picture at all, and `cancelled`.
 */
export async function prepareData(
	request: DataRequest,
	prepared: PreparedModel,
	signal: AbortSignal,
): Promise<PreparedData> {
	const { classNames, folders } = prepared;
	const { entries, skipped, notes = [] } = await listEntries(request);
	if (entries.length === 0)
		throw new BlindspotError("bad-request", `There are no pictures in ${whatWasNamed(request)}.`);
	const usual = resolveLabels(entries, classNames.known, folders);
	const [first, ...others] = usual.orders;
	const tried =
		folders === null && first !== undefined && others.length > 0
			? await chooseFolderOrder(
					await entriesAround(request, entries, classNames.known),
					[first, ...others],
					prepared,
					signal,
				)
			: null;
	const { labels, because, warnings, folderNames } =
		tried === null ? usual : resolveLabels(entries, classNames.known, tried.order);
	const chosen = choose(request, entries, labels);
	if (chosen.length === 0)
		throw new BlindspotError(
			"bad-request",
			`${whatWasNamed(request)} has ${entries.length} pictures, so none is left after skipping ${request.kind === "dataset" ? request.skip : 0}.`,
		);
	return {
		entries: chosen.map((i) => ({ entry: entries[i] as DataEntry, label: labels[i] ?? null })),
		because: tried === null || because === null ? because : tried.because,
		order: tried?.order ?? null,
		folderNames: classNames.known.names === null ? folderNames : null,
		warnings: [
			...notes,
			...warnings,
			...(skipped.length > 0 ? [`${describeSkipped(skipped)} skipped: no pictures.`] : []),
		],
	};
}

/** The model with its classes called as the class folders are, where nothing else names them. */
export function namedByFolders(prepared: PreparedModel, { folderNames }: PreparedData): PreparedModel {
	if (folderNames === null) return prepared;
	const provenance: Provenance = { origin: "assumed", because: "the names of the class folders" };
	return {
		...prepared,
		classNames: { ...prepared.classNames, names: folderNames, provenance },
		report: { ...prepared.report, classNames: folderNames },
	};
}

/** What data is called in a report: its path, or how many pictures it is. */
export function nameOf(asked: DataRequest, { entries }: PreparedData): string {
	return asked.kind === "dataset" ? asked.path : `${entries.length} pictures`;
}

/** Positions of the entries that a request is about. */
function choose(
	request: DataRequest,
	entries: readonly DataEntry[],
	labels: readonly (number | null)[],
): readonly number[] {
	if (request.kind === "pictures") return entries.map((_, at) => at);
	if (request.only === undefined) {
		const random = request.seed === undefined ? null : Random.stream(request.seed, "data");
		return takeBalanced(labels, request.take, request.skip, random);
	}
	const positions = new Map(entries.map(({ source }, at) => [source, at]));
	return request.only.map((source) => {
		const at = positions.get(source);
		if (at === undefined)
			throw new BlindspotError("unreadable-data", `${source} is no longer in ${request.path}.`, source);
		return at;
	});
}

function whatWasNamed(request: DataRequest): string {
	return request.kind === "dataset" ? request.path : request.paths.join(", ");
}

function describeSkipped(skipped: readonly string[]): string {
	const [first] = skipped;
	return skipped.length === 1 ? `${first} was` : `${first} and ${skipped.length - 1} other files were`;
}
