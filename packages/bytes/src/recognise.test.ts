import { expect, test } from "vitest";
import { recognise } from "./recognise.js";

const zip = (name: string) => `PK\x03\x04${"\0".repeat(26)}${name}`;

test.each([
  ["version https://git-lfs.github.com/spec/v1", "a Git LFS pointer"],
  ["  \n<!doctype HTML>", "a web page"],
  ["<?xml version='1.0'?>", "a web page"],
  ["\x80\x02}q", "a Python pickle"],
  [zip("archive/data.pkl"), "a PyTorch file (a zip of pickles)"],
  [zip("arr_0.npy"), "a NumPy archive (npz)"],
  [zip("other"), "a zip file"],
  ["GGUF\x03", "a GGUF file (llama.cpp)"],
  ["\x93NUMPY", "a NumPy array"],
  ["\x89HDF\r\n", "an HDF5 file (Keras)"],
  ["\x1f\x8b\x08", "gzip"],
  ["PAR1", "a Parquet file"],
  ["FEA1", "a Feather file of version 1"],
  ["ARROW1\0\0", "an Arrow file"],
  ['\x40\0\0\0\0\0\0\0{"a"', "safetensors"],
  ["\xef\xbb\xbf {", "JSON"],
])("%j is %s", (head, kind) => {
  const found = recognise(Buffer.from(head, "latin1"));
  expect(found?.kind).toBe(kind);
  expect(found?.remedy).not.toBe("");
});

test("a file of no known kind is not guessed at", () => {
  for (const head of ["", "clean,corrupted\n", "\x80", "\x80\x09", "\0\0\0\0\0\0\0\0", "PK"])
    expect(recognise(Buffer.from(head, "latin1"))).toBeUndefined();
});
