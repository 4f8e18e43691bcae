/** What the page "Unit" says to the extension beside what all pages of analyses say. Types only. */
export type UnitPageMessage = { readonly type: "copyLink" };
