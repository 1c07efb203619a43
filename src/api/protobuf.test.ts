import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OfficialReader, OfficialWriter, randomText } from '../../test/official-proto.ts';
import { seededRandom } from '../../test/seeded-random.ts';
import { BytesReader, BytesWriter } from './protobuf.ts';

function written(write: (writer: BytesWriter) => void): Uint8Array {
  const writer = new BytesWriter();
  write(writer);
  return writer.finish();
}

const hex = (digits: string) => new Uint8Array(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

const powers = Array.from({ length: 54 }, (_, power) => 2 ** power);
const wholeNumbers = [...powers, ...powers.map((power) => power - 1), ...powers.map((power) => power + 1)]
  .filter(Number.isSafeInteger)
  .flatMap((number) => [number, -number || 0]);

test('whole numbers are the same bytes as the official ones, at every length and in both directions', () => {
  for (const number of wholeNumbers) {
    const bytes = written((writer) => writer.integer(number));
    assert.deepEqual(bytes, new Uint8Array(OfficialWriter.create().int64(number).finish()), String(number));
    const reader = new BytesReader(bytes);
    assert.equal(reader.integer(), number);
    assert.equal(reader.more(), false);
  }
});

test('texts and bytes are the same as the official ones, at every length of their length', () => {
  for (const length of [0, 1, 8, 9, 24, 25, 127, 128, 129, 16383, 16384, 70_000, 2 ** 21]) {
    for (const letter of ['a', 'é', '語']) {
      const text = letter.repeat(length);
      const bytes = Buffer.from(text);
      const both = written((writer) => {
        writer.text(text);
        writer.bytes(bytes);
      });
      assert.equal(Buffer.compare(both, OfficialWriter.create().string(text).bytes(bytes).finish()), 0);
      const reader = new BytesReader(both);
      assert.equal(reader.text(), text);
      assert.equal(Buffer.compare(reader.bytes(), bytes), 0);
    }
  }
});

test('texts are read as they were written, whatever was read before', () => {
  const random = seededRandom(1);
  const texts = Array.from({ length: 5000 }, () =>
    random.chance(0.5) ? randomText(random) : String.fromCharCode(...random.bytes(random.integer(0, 4))),
  );
  const reader = new BytesReader(
    written((writer) => {
      for (const text of texts) writer.text(text);
    }),
  );
  for (const text of texts) assert.equal(reader.text(), text);
});

test('half a character is written as the replacement character, as the official package does', () => {
  const bytes = written((writer) => writer.text('a\ud83d'));
  assert.deepEqual(bytes, hex('04 61 efbfbd'));
  assert.equal(new BytesReader(bytes).text(), 'a\ufffd');
  assert.equal(new BytesReader(hex('02 61 ff')).text(), 'a\ufffd');
});

test('doubles and floats are the same as the official ones', () => {
  for (const number of [0, -0, 1.5, -1 / 3, Number.MAX_VALUE, Number.NEGATIVE_INFINITY, Number.NaN]) {
    const bytes = written((writer) => {
      writer.double(number);
      writer.float(number);
    });
    assert.deepEqual(bytes, new Uint8Array(OfficialWriter.create().double(number).float(number).finish()));
    const reader = new BytesReader(bytes);
    assert.equal(reader.double(), number);
    assert.equal(reader.float(), Math.fround(number));
  }
});

test('a part is preceded by its length, however long it becomes', () => {
  for (const length of [0, 127, 128, 16383, 16384, 2 ** 21]) {
    const content = new Uint8Array(length).fill(5);
    const bytes = written((writer) => {
      const outer = writer.open();
      const inner = writer.open();
      for (const byte of content) writer.varint(byte);
      writer.close(inner);
      writer.varint(6);
      writer.close(outer);
    });
    const official = OfficialWriter.create().fork().bytes(content).uint32(6).ldelim().finish();
    assert.equal(Buffer.compare(bytes, official), 0, `length ${length}`);
  }
});

test('the buffer, which is small again after a large message, grows wherever it is full', () => {
  const writes: readonly [(writer: BytesWriter) => void, string][] = [
    [(writer) => writer.varint(1), '01'],
    [(writer) => writer.integer(-1), 'ffffffffffffffffff01'],
    [(writer) => writer.text('short'), '05 73686f7274'],
    [(writer) => writer.text('x'.repeat(25)), `19 ${'78'.repeat(25)}`],
    [(writer) => writer.bytes(hex('010203')), '03 010203'],
    [(writer) => writer.double(1), '000000000000f03f'],
    [(writer) => writer.float(1), '0000803f'],
    [(writer) => writer.close(writer.open()), '00'],
  ];
  for (const [write, expected] of writes) {
    for (let room = 0; room <= 12; room += 1) {
      written((writer) => writer.bytes(new Uint8Array(1_500_000)));
      const full = 64 * 1024 - room;
      const bytes = written((writer) => {
        writer.bytes(new Uint8Array(full - 3));
        write(writer);
      });
      assert.deepEqual(bytes.subarray(full), hex(expected));
    }
  }
});

test('what is finished is in memory of its own, and a large message leaves no large buffer behind', () => {
  const first = written((writer) => writer.text('first'));
  written((writer) => writer.bytes(new Uint8Array(5_000_000)));
  const third = written((writer) => writer.text('third'));
  assert.deepEqual([first, third], [hex('05 6669727374'), hex('05 7468697264')]);
  assert.equal(first.buffer.byteLength, 6);
});

test('what cannot be a whole number of 64 bits is not written', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 53, -(2 ** 53), '1', null, undefined]) {
    assert.throws(() => written((writer) => writer.integer(value as number)), {
      name: 'RangeError',
      message: `${value} is not a whole number below 2^53`,
    });
  }
});

test('a number beyond 2^53 or 64 bits is not read', () => {
  const beyond = /^a number on the wire is beyond 2\^53$/;
  for (const digits of ['8080808080808010', 'ffffffffffffffff7f', '80808080808080808001', 'ffffffffffffef808001']) {
    assert.throws(() => new BytesReader(hex(digits)).integer(), { name: 'RangeError', message: beyond }, digits);
  }
  for (const digits of ['ffffffffffffffffffff01', 'ffffffffffffffffff02', '80808080808080808080808000']) {
    assert.throws(() => new BytesReader(hex(digits)).integer(), { name: 'RangeError', message: /beyond 64 bits$/ });
  }
  assert.equal(new BytesReader(hex('80 80 00')).integer(), 0);
  assert.equal(new BytesReader(hex('80808080808080808000')).integer(), 0);
});

test('nothing is read beyond the end, of the whole or of the part that is open', () => {
  const early = { name: 'RangeError', message: 'not a protocol buffer: it ends in the middle of a field' };
  const readings: readonly [string, (reader: BytesReader) => unknown][] = [
    ['', (reader) => reader.integer()],
    ['80', (reader) => reader.integer()],
    ['ffffffffffffffffff', (reader) => reader.integer()],
    ['02 61', (reader) => reader.text()],
    ['19 61', (reader) => reader.text()],
    ['02 61', (reader) => reader.bytes()],
    ['02 61', (reader) => reader.part()],
    ['02 61', (reader) => reader.open()],
    ['01020304050607', (reader) => reader.double()],
    ['010203', (reader) => reader.float()],
    ['80', (reader) => reader.skip(0)],
    ['01020304050607', (reader) => reader.skip(1)],
    ['02 61', (reader) => reader.skip(2)],
    ['ffffffffffffff0f', (reader) => reader.skip(2)],
    ['010203', (reader) => reader.skip(5)],
  ];
  for (const [digits, read] of readings) {
    assert.throws(() => read(new BytesReader(hex(digits))), early, digits);
    // The same as a part of something longer.
    const whole = hex(digits);
    const nested = new BytesReader(new Uint8Array([whole.length, ...whole, ...hex('01'.repeat(20))]));
    nested.open();
    assert.throws(() => read(nested), early, `${digits} inside`);
  }
});

test('a tag, wire type or length that cannot be is refused', () => {
  const refused = (digits: string, read: (reader: BytesReader) => unknown, message: RegExp) =>
    assert.throws(() => read(new BytesReader(hex(digits))), { name: 'RangeError', message });
  refused('00', (reader) => reader.tag(), /a field has the tag 0$/);
  refused('ffffffff7f', (reader) => reader.tag(), /a field has the tag 34359738367$/);
  refused('ffffffffffffffffff01', (reader) => reader.tag(), /a field has the tag -1$/);
  refused('ffffffffffffffffff01', (reader) => reader.text(), /a length of -1$/);
  refused('8080808080808080808000', (reader) => reader.skip(0), /beyond 64 bits$/);
  for (const wire of [3, 4, 6, 7]) refused('00', (reader) => reader.skip(wire), /a field has the wire type/);
});

test('skipping a field leads to where the official reader is after it', () => {
  const random = seededRandom(2);
  for (let round = 0; round < 200; round += 1) {
    const bytes = written((writer) => {
      writer.integer(random.integer(-1e15, 1e15));
      writer.double(1);
      writer.bytes(random.bytes(random.integer(0, 300)));
      writer.float(1);
    });
    const ours = new BytesReader(bytes);
    const official = OfficialReader.create(bytes);
    for (const wire of [0, 1, 2, 5]) {
      ours.skip(wire);
      official.skipType(wire);
      assert.equal(ours.position(), official.pos);
    }
  }
});
