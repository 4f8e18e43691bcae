import { expect, it } from "vitest";
import { modelsWith } from "../../src/webviews/pageKind.js";

it("a page's list of models has the models in use, each once, by the path that the page uses", () => {
	const listed = [
		{ path: "/w/a.keras", name: "a.keras" },
		{ path: "/w/net/saved_model.pb", name: "net/saved_model.pb" },
	];
	expect(modelsWith(listed, ["/w/a.keras"])).toEqual(listed);
	expect(modelsWith(listed, ["/w/net", "/elsewhere/b/c.h5"])).toEqual([
		{ path: "/w/a.keras", name: "a.keras" },
		{ path: "/w/net", name: "net/saved_model.pb" },
		{ path: "/elsewhere/b/c.h5", name: "b/c.h5" },
	]);
});
