/** The page "Adversarial" to the extension: how it is opened, and what its own messages ask of the editor. */
import * as vscode from "vscode";
import { parseRun, type RunData, type RunQuestion, type StoredRun } from "../../compute/attack/storedRun.js";
import { findConfiguration } from "../../compute/data/configuration.js";
import { settingsOf, type WrittenSettings, writeSettings } from "../../compute/data/configurationWriting.js";
import { attackSettings } from "../../settings.js";
import { configurationPathFor } from "../configurationFile.js";
import type { PageKind, PageSurroundings, Session } from "../pageKind.js";
import type { Pages } from "../pages.js";
import { choosePictures, type PictureChoice } from "../pictureChoice.js";
import { pickPreprocessing } from "../preprocessingPick.js";
import { NothingToSave, saveAll, saveImage } from "../saving.js";
import type { OwnPageMessage } from "./messages.js";
import { parsePageMessage } from "./pageMessages.js";
import { AttackSession, type SessionStart } from "./session/attackSession.js";

export const adversarialKind: PageKind = {
	name: "adversarial",
	label: "Adversarial",
	restore: (id, content, around) => new AdversarialSession(id, { kind: "stored", run: parseRun(content) }, around),
	empty: (id, around) => {
		const question = asked({ model: around.activeModel() });
		return new AdversarialSession(id, { kind: "new", question, data: { kind: "pictures" }, sources: [] }, around);
	},
};

/** Opens a page on pictures and runs at once where it knows the model. The answer names the page. */
export function openAdversarial(pages: Pages, question: Partial<RunQuestion>, choice: PictureChoice): string {
	return open(pages, question, { kind: "pictures" }, choice.pictures, choice.skipped);
}

/** As `openAdversarial`, on part of a data set, balanced over its classes; `take` null for all of it. `sources`: only these. */
export function openAdversarialDataset(
	pages: Pages,
	model: string,
	path: string,
	take: number | null,
	sources: readonly string[] = [],
): string {
	return open(pages, { model }, { kind: "dataset", path, take }, sources, null);
}

/** Opens a page on a run that is not stored. */
export function openRun(pages: Pages, run: StoredRun): void {
	pages.open(adversarialKind, (id, around) => new AdversarialSession(id, { kind: "stored", run }, around));
}

function open(
	pages: Pages,
	part: Partial<RunQuestion>,
	data: RunData,
	sources: readonly string[],
	skipped: string | null,
): string {
	const question = asked(part);
	const start: SessionStart = { kind: "new", question, data, sources };
	const session = pages.open(adversarialKind, (id, around) => new AdversarialSession(id, start, around, skipped));
	if (question.model !== null && (sources.length > 0 || data.kind === "dataset")) void session.run(question);
	return session.id;
}

function asked(part: Partial<RunQuestion>): RunQuestion {
	const { options, seed } = attackSettings();
	return { model: null, ...options, seed, ...part };
}

/** A session whose page's own messages reach the editor's dialogs and files. */
class AdversarialSession extends AttackSession implements Session {
	constructor(
		id: string,
		start: SessionStart,
		readonly around: PageSurroundings,
		skipped: string | null = null,
	) {
		super(id, start, { ...around, skipped });
	}

	async receive(received: unknown): Promise<boolean> {
		const message = parsePageMessage(received);
		if (message === null) return false;
		try {
			await this.#do(message);
		} catch (thrown) {
			if (!(thrown instanceof NothingToSave)) throw thrown;
			this.around.notice(thrown.message, "error");
		}
		return true;
	}

	async #do(message: OwnPageMessage): Promise<void> {
		const { client } = this.around;
		switch (message.type) {
			case "run": {
				const { model, method, target, effort, budget } = message;
				return this.run({ ...this.asked, model, method, target, effort, budget });
			}
			case "runImage":
				return this.runImage(message.index, message.target, message.budget);
			case "runOthers":
				return this.runOthers();
			case "stopImage":
				return this.stopImage(message.index);
			case "compareMethods":
				return this.compareMethods(message.index, message.methods);
			case "stopMethod":
				return this.stopMethod(message.method);
			case "chooseImages":
				return this.#chooseImages();
			case "save":
				return this.#say(await saveImage(this, client, message.index, message.what, message.factor));
			case "saveAll":
				return this.#say(await saveAll(this, client, message.factor));
			case "useTried":
				return this.useTried(message.index);
			case "runAsAssumed":
				return this.runAsAssumed();
			case "setPreprocessing":
				return this.#setPreprocessing();
			case "writeTried":
				return this.#writeTried(message.index);
			case "takeOutput":
				return this.#write({ output: message.name });
		}
	}

	#say(words: string | null): void {
		if (words !== null) this.around.notice(words);
	}

	async #chooseImages(): Promise<void> {
		const choice = await choosePictures();
		if (choice === null || choice.pictures.length === 0) return;
		this.setSources(choice.pictures);
		if (choice.skipped !== null) this.around.notice(choice.skipped);
		if (this.asked.model !== null) await this.run(this.asked);
	}

	/** Nothing is written unless the person picks one. */
	async #setPreprocessing(): Promise<void> {
		const { model } = this.asked;
		if (model === null) return;
		const preprocessing = await pickPreprocessing(this.around.client, this.request(model), this.pictureOf(0));
		if (preprocessing !== null) await this.#write(settingsOf(preprocessing, null));
	}

	async #writeTried(index: number): Promise<void> {
		const trial = this.triedAt(index);
		if (trial !== null) await this.#write(settingsOf(trial.preprocessing, trial.folders));
	}

	/** Writes what was picked into the model's `blindspot.json` and runs the images with it. */
	async #write(settings: WrittenSettings): Promise<void> {
		const { asked, around } = this;
		const { model } = asked;
		if (model === null) return;
		const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(model))?.uri.fsPath ?? null;
		const path = (await findConfiguration(model, folder)) ?? configurationPathFor(model);
		await writeSettings(path, model, settings);
		around.notice(vscode.l10n.t("Written to {0}; the images run again.", vscode.workspace.asRelativePath(path)));
		this.forgetTried();
		await this.run(asked);
	}
}
