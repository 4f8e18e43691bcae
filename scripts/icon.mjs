// Draws media/icon.png, the picture of the extension in the marketplace, from media/icon.svg.
import path from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const media = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "media");
await sharp(path.join(media, "icon.svg"), { density: 144 })
	.resize(128, 128)
	.png({ compressionLevel: 9 })
	.toFile(path.join(media, "icon.png"));
