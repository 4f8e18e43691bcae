/** The view "Reports": what runs and what was kept of this workspace, by days. */
import * as vscode from "vscode";
import { fileName } from "../compute/data/pathNames.js";
import type { Pages } from "../webviews/pages.js";
import type { ModelCatalog } from "./modelCatalog.js";
import { modelStatus } from "./modelStatus.js";
import { byDay, type Day, type ListedReport, type ModelStatus, reportWords } from "./reportList.js";

export type ReportNode =
	| { readonly kind: "day"; readonly day: Day }
	| { readonly kind: "report"; readonly id: string; readonly report: ListedReport; readonly day: Day["name"] };

/** Progress is shown this often. */
const PAUSE_MILLISECONDS = 500;

export class ReportsTree implements vscode.TreeDataProvider<ReportNode>, vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<undefined>();
	readonly onDidChangeTreeData = this.#changed.event;
	readonly #disposables: vscode.Disposable[];
	#timer: NodeJS.Timeout | null = null;

	constructor(
		readonly extensionUri: vscode.Uri,
		readonly pages: Pages,
		readonly catalog: ModelCatalog,
	) {
		const stored = pages.store.onDidChange(() => this.#soon());
		this.#disposables = [
			this.#changed,
			pages.onDidChange(() => this.#soon()),
			catalog.onDidChange(() => this.#soon()),
			new vscode.Disposable(() => stored.dispose()),
		];
	}

	async getChildren(node?: ReportNode): Promise<ReportNode[]> {
		if (node === undefined) {
			const days = byDay(await this.#reports(), new Date());
			return days.map((day) => ({ kind: "day", day }));
		}
		if (node.kind === "report") return [];
		const { name, reports } = node.day;
		return reports.map((report) => ({ kind: "report", id: report.id, report, day: name }));
	}

	async getTreeItem(node: ReportNode): Promise<vscode.TreeItem> {
		if (node.kind === "day") return dayItem(node.day);
		const { report, day } = node;
		const status = report.running === null ? await this.#status(report) : "same";
		const names = report.models.map(({ path }) => this.catalog.get(path)?.name ?? fileName(path));
		const item = new vscode.TreeItem(report.title);
		item.id = report.id;
		item.description = reportWords(report, status, names, day);
		item.iconPath = this.#icon(report, status);
		item.contextValue = report.running === null ? "report.stored" : "report.running";
		item.command = {
			command: "blindspot.openStoredReport",
			title: vscode.l10n.t("Open Report"),
			arguments: [node],
		};
		item.tooltip = [
			report.title,
			item.description,
			...report.models.map(({ path }) => path),
			report.date.toLocaleString(vscode.env.language),
		].join("\n");
		item.accessibilityInformation = { label: `${report.title}, ${vscode.l10n.t("report")}, ${item.description}` };
		return item;
	}

	dispose(): void {
		if (this.#timer) clearTimeout(this.#timer);
		vscode.Disposable.from(...this.#disposables).dispose();
	}

	/** What is stored, and what runs though it may not be stored yet. */
	async #reports(): Promise<readonly ListedReport[]> {
		const running = this.pages.all.filter(({ phase }) => phase.kind === "running");
		const stored = await this.pages.store.list();
		const now: readonly ListedReport[] = running.map(({ id, kind, title, phase, models }) => ({
			id,
			kind: kind.name,
			title,
			models: models.map((path) => ({ path, sha256: null })),
			complete: false,
			words: "",
			date: new Date(),
			running: phase.kind === "running" ? phase.words : null,
		}));
		const others = stored.filter(({ id }) => !running.some((page) => page.id === id));
		return [
			...now,
			...others.map(({ date, written, ...info }) => {
				return { ...info, date: date === null ? written : new Date(date), running: null };
			}),
		];
	}

	/** Files of a workspace that isn't trusted are not looked at. */
	async #status(report: ListedReport): Promise<ModelStatus> {
		return vscode.workspace.isTrusted ? modelStatus(report.models, report.date, this.catalog) : "same";
	}

	#icon({ kind, running }: ListedReport, status: ModelStatus): NonNullable<vscode.TreeItem["iconPath"]> {
		if (running !== null) return new vscode.ThemeIcon("sync~spin");
		if (status !== "same") return new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
		const icon = (theme: string) => vscode.Uri.joinPath(this.extensionUri, "media", `${kind}-${theme}.svg`);
		return { light: icon("light"), dark: icon("dark") };
	}

	#soon(): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = null;
			this.#changed.fire(undefined);
		}, PAUSE_MILLISECONDS);
	}
}

function dayItem({ name, reports }: Day): vscode.TreeItem {
	const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
	const words = { Today: vscode.l10n.t("Today"), Yesterday: vscode.l10n.t("Yesterday"), Older: vscode.l10n.t("Older") };
	const item = new vscode.TreeItem(words[name], name === "Older" ? Collapsed : Expanded);
	item.id = `day ${name}`;
	item.description = String(reports.length);
	item.contextValue = "day";
	return item;
}
