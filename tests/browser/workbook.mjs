// A workbook opened and mended by hand, as Excel would leave it: the parts that were not touched stay as they were.
//
// Goes in: the bytes of an .xlsx. Comes out: its parts, and the same workbook with one cell changed.
// Guaranteed: no dependency, and a cell that is not there is an error and not a new cell.

import assert from "node:assert/strict";
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** The check sum that ZIP wants. Node has had it only since 20.15. */
function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

/** The parts of a ZIP file, by name, in the order they stand. */
export function parts(bytes) {
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  assert.ok(end >= 0, "this is no workbook");
  const found = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, packed, nameLength, extra, comment, start] = [
      bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28),
      bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42),
    ];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const data = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
    const content = bytes.subarray(data, data + packed);
    found.set(name, method === 0 ? Buffer.from(content) : inflateRawSync(content));
    at += 46 + nameLength + extra + comment;
  }
  return found;
}

/** The ZIP file of these parts. */
export function pack(all) {
  const [files, directory] = [[], []];
  let offset = 0;
  for (const [name, content] of all) {
    const packed = deflateRawSync(content);
    const title = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(title.length, 22);
    const file = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, title, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, title]));
    files.push(file);
    offset += file.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(all.size, 4);
  end.writeUInt16LE(all.size, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, list, Buffer.from("PK\x05\x06", "latin1"), end]);
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The workbook with another text in every cell of that name that holds `before`; there must be exactly one. */
export function change(bytes, cell, before, after) {
  const all = parts(bytes);
  const shared = [...(all.get("xl/sharedStrings.xml")?.toString("utf8") ?? "").matchAll(/<si\b[^>]*>([\s\S]*?)<\/si>/g)];
  const words = (xml) => [...xml.matchAll(/<t\b[^>]*>([\s\S]*?)<\/t>/g)].map((it) => it[1]).join("");
  let changed = 0;
  for (const [name, content] of all) {
    if (!/^xl\/worksheets\/[^/]+\.xml$/.test(name)) continue;
    const sheet = content.toString("utf8").replace(new RegExp(`<c r="${cell}"([^>]*)>([\\s\\S]*?)</c>`), (whole, attributes, inside) => {
      const kind = attributes.match(/\bt="(\w+)"/)?.[1];
      const stands = kind === "s" ? words(shared[Number(inside.match(/<v>(\d+)<\/v>/)[1])][1]) : words(inside);
      if (stands !== escaped(before)) return whole;
      changed += 1;
      return `<c r="${cell}"${attributes.replace(/\s*\bt="\w+"/, "")} t="inlineStr"><is><t>${escaped(after)}</t></is></c>`;
    });
    all.set(name, Buffer.from(sheet));
  }
  assert.equal(changed, 1, `cells ${cell} that hold "${before}"`);
  return pack(all);
}
