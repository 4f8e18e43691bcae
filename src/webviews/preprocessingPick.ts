/** Asks the person for a preprocessing, with what the model says of a picture under each. */
import { basename } from "node:path";
import * as vscode from "vscode";
import { describePreprocessing, usualPreprocessings } from "../compute/data/preprocessing.js";
import type { Preprocessing } from "../compute/data/types.js";
import { asBlindspotError } from "../compute/errors.js";
import { pictureInput } from "../compute/network/entrance.js";
import type { ComputeClient } from "../compute/process/client.js";
import type { DataRequest, ModelRequest } from "../compute/reports/request.js";

type Choice = vscode.QuickPickItem & { readonly preprocessing: Preprocessing };

/**
 * Null where the person picks none. `picture` is what the model is asked about; null where there is none at hand. Throws what reading the
 * model throws.
 */
export async function pickPreprocessing(
	client: Pick<ComputeClient, "inspect" | "predict">,
	model: ModelRequest,
	picture: DataRequest | null,
): Promise<Preprocessing | null> {
	const { inputs, preprocessing: present } = await client.inspect({ model });
	const [input] = inputs;
	if (!input || present === null) return null;
	const usual = usualPreprocessings(pictureInput(input.shape).shape[2], present.fit);
	const choices = Promise.all(
		usual.map(async ({ name, preprocessing }): Promise<Choice> => {
			const says = picture === null ? "" : await saidOf(client, { ...model, preprocessing }, picture);
			return { label: name, description: says, detail: describePreprocessing(preprocessing), preprocessing };
		}),
	);
	const picked = await vscode.window.showQuickPick(choices, {
		title: vscode.l10n.t("How does {0} want its pictures?", basename(model.path)),
		placeHolder: vscode.l10n.t("What is picked is written to blindspot.json"),
		matchOnDescription: true,
	});
	return picked?.preprocessing ?? null;
}

/** "lorikeet 99.6%" */
async function saidOf(client: Pick<ComputeClient, "predict">, model: ModelRequest, data: DataRequest): Promise<string> {
	try {
		const { images } = await client.predict({ model, data, top: 2, npz: null });
		const said = (images[0]?.top ?? []).map(({ name, probability }) => `${name} ${(100 * probability).toFixed(1)}%`);
		return images[0]?.error ?? said.join(", ");
	} catch (thrown) {
		return asBlindspotError(thrown).message;
	}
}
