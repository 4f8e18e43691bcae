/**
 * Links to a unit: they can be copied, sent to somebody with the same workspace, and opened again. On their way a query is
 * decoded once more or less (VS Code hands on a decoded one), so nothing in it depends on percent signs: `~2F` stands for
 * what `%2F` does elsewhere. No `vscode` here.
 */

import { PROBE_REDUCTIONS } from "../../compute/activations/probe/report.js";
import { REDRAWABLE_CONTROLS } from "../../compute/activations/unit/report.js";
import { BlindspotError } from "../../compute/errors.js";
import { UNIT_IMAGES } from "./analysis.js";
import type { UnitQuestion } from "./question.js";

export const AUTHORITY = "blindspot.blindspot";
const PATH = "/unit";

/**
 * `vscode://blindspot.blindspot/unit?model=…&layer=…&unit=3…`. `relative` makes a path relative to the workspace where it
 * lies in it. A direction is given by its values.
 */
export function unitLink(scheme: string, question: UnitQuestion, relative: (path: string) => string): string {
	const { model, layer, data, unit, pre, reduce, seed } = question;
	const query = new Map<string, string>();
	if (model !== null) query.set("model", relative(model));
	query.set("layer", layer);
	if (unit.kind === "unit") query.set("unit", String(unit.index));
	else if (unit.kind === "drawn") {
		query.set("drawn", String(unit.index));
		query.set("control", unit.control);
		query.set("drawnSeed", String(unit.seed));
	} else {
		query.set("direction", unit.name);
		query.set("values", unit.values.join(","));
	}
	if (data !== null) query.set("data", relative(data.path));
	if (data !== null && data.take !== null) query.set("take", String(data.take));
	if (pre) query.set("pre", "1");
	if (reduce !== "max") query.set("reduce", reduce);
	query.set("seed", String(seed));
	const parameters = Array.from(query, ([name, value]) => `${name}=${escaped(value)}`);
	return `${scheme}://${AUTHORITY}${PATH}?${parameters.join("&")}`;
}

/** The question of a link, its paths as they stand in it. Throws `bad-request` with what is wrong. */
export function linkedUnit(link: string): UnitQuestion {
	const [, place, text] = /^[a-z][a-z\d+.-]*:\/*([^?#]*)\?(.*)$/is.exec(link) ?? [];
	if (place !== `${AUTHORITY}${PATH}` || text === undefined)
		throw refused(`it does not begin like vscode://${AUTHORITY}${PATH}?`);
	const query = parameters(text);
	const model = query.get("model");
	const layer = query.get("layer");
	if (!model) throw refused("it names no model");
	if (!layer) throw refused("it names no layer");
	const data = query.get("data");
	const reduce = PROBE_REDUCTIONS.find((known) => known === (query.get("reduce") ?? "max"));
	if (reduce === undefined) throw refused(`it has no known way to reduce places: '${query.get("reduce")}'`);
	const take = query.get("take");
	return {
		model,
		layer,
		data: data ? { path: data, take: take === undefined ? null : integer("take", take, 1) } : null,
		pre: query.get("pre") === "1",
		reduce,
		unit: unitOf(query),
		top: UNIT_IMAGES,
		seed: integer("seed", query.get("seed") ?? "0", 0),
		standings: null,
	};
}

function unitOf(query: ReadonlyMap<string, string>): UnitQuestion["unit"] {
	const unit = query.get("unit");
	if (unit !== undefined) return { kind: "unit", index: integer("unit", unit, 0) };
	const drawn = query.get("drawn");
	if (drawn !== undefined) {
		const control = REDRAWABLE_CONTROLS.find((known) => known === query.get("control"));
		if (control === undefined) throw refused(`it has no known control: '${query.get("control")}'`);
		const seed = integer("drawnSeed", query.get("drawnSeed") ?? "0", 0);
		return { kind: "drawn", control, index: integer("drawn", drawn, 0), seed };
	}
	const name = query.get("direction");
	const values = (query.get("values") ?? "").split(",").map(Number);
	if (name === undefined || !query.get("values") || !values.every(Number.isFinite))
		throw refused("it names no unit and no direction");
	return { kind: "direction", name, values };
}

/** Letters, digits and what means nothing in a link stay as they are. */
function escaped(value: string): string {
	const bytes = (character: string): string =>
		Array.from(Buffer.from(character), (byte) => `~${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
	return value.replace(/[^A-Za-z\d_.,/-]/gu, bytes);
}

/** Throws `bad-request` where an escape is none. */
function parameters(text: string): ReadonlyMap<string, string> {
	try {
		let plain = text;
		// Percent signs are of those who passed it on: there is none in a link.
		while (/%[\dA-F]{2}/i.test(plain)) plain = decodeURIComponent(plain);
		return new Map(
			plain.split("&").map((parameter) => {
				const [name = "", ...value] = parameter.split("=");
				return [name, decodeURIComponent(value.join("=").replaceAll("%", "%25").replaceAll("~", "%"))];
			}),
		);
	} catch {
		throw refused("it is damaged");
	}
}

function integer(name: string, text: string, least: number): number {
	const value = Number(text);
	if (!/^\d{1,15}$/.test(text) || value < least) throw refused(`its '${name}' is no whole number: '${text}'`);
	return value;
}

function refused(why: string): BlindspotError {
	return new BlindspotError("bad-request", `The link can't be opened: ${why}.`);
}
