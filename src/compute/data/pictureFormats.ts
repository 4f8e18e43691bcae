/** Which files are pictures: by name when a folder is listed, by their first bytes when one is read. */
import { extname } from "node:path";

export type PictureFormat = "PNG" | "JPEG" | "GIF" | "WebP" | "TIFF" | "AVIF" | "BMP";

const FORMAT_OF_EXTENSION: ReadonlyMap<string, PictureFormat> = new Map([
	[".png", "PNG"],
	[".apng", "PNG"],
	[".jpg", "JPEG"],
	[".jpeg", "JPEG"],
	[".jpe", "JPEG"],
	[".jfif", "JPEG"],
	[".gif", "GIF"],
	[".webp", "WebP"],
	[".tif", "TIFF"],
	[".tiff", "TIFF"],
	[".avif", "AVIF"],
	[".bmp", "BMP"],
	[".dib", "BMP"],
]);

/** The format that a file's name promises; null where it is no picture's name. */
export function formatOfName(path: string): PictureFormat | null {
	return FORMAT_OF_EXTENSION.get(extname(path).toLowerCase()) ?? null;
}

/** The format of a file by its first bytes, whatever its name; null where it is none of the known ones. */
export function formatOfContent(bytes: Buffer): PictureFormat | null {
	const text = (start: number, end: number) => bytes.toString("latin1", start, end);
	if (text(0, 8) === "\x89PNG\r\n\x1a\n") return "PNG";
	if (text(0, 3) === "\xff\xd8\xff") return "JPEG";
	if (text(0, 6) === "GIF87a" || text(0, 6) === "GIF89a") return "GIF";
	if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return "WebP";
	if (["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(text(0, 4))) return "TIFF";
	if (text(4, 8) === "ftyp" && ["avif", "avis", "mif1"].includes(text(8, 12))) return "AVIF";
	if (text(0, 2) === "BM" && bytes.length >= 26) return "BMP";
	return null;
}

/** Why these bytes are no picture: "not a PNG (starts with '<htm')". */
export function describeForeignContent(path: string, bytes: Buffer): string {
	const expected = formatOfName(path);
	const what = expected === null ? "not a picture that can be read" : `not ${article(expected)} ${expected}`;
	if (bytes.length === 0) return `${what} (the file is empty)`;
	const start = bytes.subarray(0, 4);
	const printable = start.every((byte) => byte >= 0x20 && byte < 0x7f);
	const shown = printable
		? `'${start.toString("latin1")}'`
		: `bytes ${start.toString("hex").replace(/..(?=.)/g, "$& ")}`;
	return `${what} (starts with ${shown})`;
}

function article(format: PictureFormat): string {
	return format === "AVIF" ? "an" : "a";
}
