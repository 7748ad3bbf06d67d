// Decides how files become a tar archive (ustar, owned by root, no times): just enough for an image's file system.
/** Entries are {name, mode?, body?: Buffer|string, link?: string}; a name that ends in "/" is a directory. */
export function tar(entries) {
  const blocks = entries.flatMap((entry) => {
    const body = Buffer.from(entry.body ?? '');
    const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
    return [header(entry, body.length), body, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header({ name, mode, link }, size) {
  const isDirectory = name.endsWith('/');
  const block = Buffer.alloc(512);
  const octal = (value, offset, length) => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset);
  };
  block.write(name, 0, 100);
  octal(mode ?? (isDirectory ? 0o755 : 0o644), 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write(link ? '2' : isDirectory ? '5' : '0', 156);
  if (link) block.write(link, 157, 100);
  block.write('ustar\x0000', 257);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
