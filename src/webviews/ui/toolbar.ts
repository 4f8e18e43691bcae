/** The bar at the top of every page: what was asked, the run button, what can be done with the page. */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { isSameModel, shortPath } from "../../compute/data/pathNames.js";
import type { CommonPageMessage, ModelChoice, Phase } from "../messages.js";
import { icons } from "./icons.js";
import type { MenuItem } from "./menu.js";
import { keepFromEditor } from "./ownKeys.js";

export interface FieldOption {
	readonly value: string;
	readonly name: string;
}

const CHOOSE_MODEL = "choose-another-model";

const chosenValue = (event: Event): string => (event.target as HTMLElement & { value: string }).value;

/** A labelled dropdown. `kind` is a class for the style sheet. */
export function field(
	label: string,
	kind: string,
	value: string,
	options: readonly FieldOption[],
	change: (value: string) => void,
): TemplateResult {
	return html`<span class="field-group ${kind}">
		<span class="field-label" aria-hidden="true">${label}</span>
		${keyed(
			// A dropdown whose options change keeps the place of the chosen one, not its value.
			options.map((option) => option.value).join("\n"),
			html`<vscode-dropdown
				aria-label=${label}
				.value=${value}
				@change=${(event: Event) => change(chosenValue(event))}
				@keydown=${keepFromEditor}
			>
				${options.map(
					(option) =>
						html`<vscode-option value=${option.value} ?selected=${option.value === value}>${option.name}</vscode-option>`,
				)}
			</vscode-dropdown>`,
		)}
	</span>`;
}

/** A labelled button that opens something: a picker, a menu. */
export function pickerField(
	label: string,
	kind: string,
	value: string,
	describedAs: string,
	open: (anchor: HTMLElement) => void,
	popup: "listbox" | "menu" | "dialog" = "menu",
): TemplateResult {
	return html`<span class="field-group ${kind}">
		<span class="field-label" aria-hidden="true">${label}</span>
		<button
			type="button"
			class="field ${kind}"
			aria-haspopup=${popup}
			aria-label=${describedAs}
			title=${value}
			@click=${(event: MouseEvent) => open(event.currentTarget as HTMLElement)}
		><span>${value}</span>${icons.chevron}</button>
	</span>`;
}

/** What a field says in a standalone page, as plain words. */
export function plainField(label: string, value: string): TemplateResult {
	return html`<span class="field-group plain" title=${value}>
		<span class="field-label">${label}</span> <span class="field-value">${value}</span>
	</span>`;
}

/** The models of the workspace, and a choice among all files. */
export function modelField(
	model: string | null,
	models: readonly ModelChoice[],
	set: (path: string) => void,
	send: (message: CommonPageMessage) => void,
	label = "Model",
): TemplateResult {
	const options = [
		...(model === null ? [{ value: "", name: "none" }] : []),
		...models.map(({ path, name }) => ({ value: path, name })),
		{ value: CHOOSE_MODEL, name: "Choose another…" },
	];
	return field(label, "model", model ?? "", options, (value) =>
		value === CHOOSE_MODEL ? send({ type: "chooseModel" }) : set(value),
	);
}

/** The name of a model as the list has it. */
export function modelName(path: string | null, models: readonly ModelChoice[]): string {
	if (path === null) return "none";
	return models.find((model) => isSameModel(model.path, path))?.name ?? shortPath(path);
}

/** How many images of a data set to take; null for all. */
const TAKES: readonly (number | null)[] = [50, 200, 1000, null];

/** The data set and how many of its images, in one menu. */
export function dataField(
	data: { readonly path: string; readonly take: number | null } | null,
	openMenu: (label: string, items: readonly MenuItem[], anchor: HTMLElement) => void,
	setTake: (take: number | null) => void,
	send: (message: CommonPageMessage) => void,
): TemplateResult {
	const items: readonly MenuItem[] = [
		...(data === null
			? []
			: TAKES.map((take) => ({
					label: take === null ? "All Images" : `${take.toLocaleString("en-US")} Images`,
					run: () => setTake(take),
				}))),
		{ label: "Choose Folder…", run: () => send({ type: "chooseData", from: "folder" }) },
		{ label: "Choose Data File…", run: () => send({ type: "chooseData", from: "file" }) },
	];
	const name = dataName(data);
	return pickerField("Data", "data", name, `Data: ${name}`, (anchor) => openMenu("Data", items, anchor));
}

/** "mnist/t10k · 200" */
export function dataName(data: { readonly path: string; readonly take: number | null } | null): string {
	if (data === null) return "none";
	const name = shortPath(data.path);
	return `${name} · ${data.take === null ? "all" : data.take.toLocaleString("en-US")}`;
}

/** Cancel while it runs; otherwise Run or Run Again, which leads where nothing is shown of what is asked. */
export function runButton(run: {
	readonly phase: Phase;
	/** Settings differ from what is shown. */
	readonly different: boolean;
	readonly again: boolean;
	readonly enabled: boolean;
	start(): void;
	cancel(): void;
}): TemplateResult {
	const { phase } = run;
	if (phase.kind === "running") {
		return html`<vscode-button class="run" appearance="secondary" @click=${run.cancel}>
			<span slot="start">${icons.stop}</span>Cancel
		</vscode-button>`;
	}
	const primary = run.different || phase.kind === "complete" || phase.kind === "idle";
	return html`<vscode-button
		class="run"
		appearance=${primary ? "primary" : "secondary"}
		?disabled=${!run.enabled}
		@click=${run.start}
	><span slot="start">${icons.run}</span>${run.again ? "Run Again" : "Run"}</vscode-button>`;
}

/** The bar itself; `right` stands at its end, before the menu of everything else. */
export function toolbar(
	left: TemplateResult,
	right: TemplateResult | typeof nothing,
	openMore: ((anchor: HTMLElement) => void) | null,
): TemplateResult {
	return html`<div class="toolbar" role="group" aria-label="Run">
		${left}
		<span class="spring"></span>
		${right}
		${
			openMore === null
				? nothing
				: html`<button
						type="button"
						class="more"
						aria-haspopup="menu"
						aria-label="More actions"
						@click=${(event: MouseEvent) => openMore(event.currentTarget as HTMLElement)}
					>${icons.more}</button>`
		}
	</div>`;
}

/** The line on the toolbar's lower edge while a run goes on. */
export function progressBar(phase: Phase): TemplateResult {
	const share = phase.kind === "running" ? phase.share : null;
	return html`<div
		class="progress ${phase.kind === "running" ? "running" : ""} ${share === null ? "unknown" : ""}"
		role="progressbar"
		aria-label="Run"
		aria-valuemin="0"
		aria-valuemax="100"
		aria-valuenow=${share === null ? nothing : Math.round(share * 100)}
		?hidden=${phase.kind !== "running"}
	><div .style=${share === null ? "" : `width: ${share * 100}%`}></div></div>`;
}

/** What the menu of every page ends with. */
export function commonItems(
	send: (message: CommonPageMessage) => void,
	showKeys: () => void,
	nothingFinished: boolean,
): readonly MenuItem[] {
	return [
		{ label: "Export Report as HTML…", disabled: nothingFinished, run: () => send({ type: "export", format: "html" }) },
		{ label: "Export Report as CSV…", disabled: nothingFinished, run: () => send({ type: "export", format: "csv" }) },
		{ label: "Export Report as JSON…", disabled: nothingFinished, run: () => send({ type: "export", format: "json" }) },
		{ label: "Edit blindspot.json", run: () => send({ type: "openConfiguration" }) },
		{ label: "Show Log", run: () => send({ type: "showLog" }) },
		{ label: "Restart Compute Process", run: () => send({ type: "restartCompute" }) },
		{ label: "Keys", key: "?", run: showKeys },
	];
}
