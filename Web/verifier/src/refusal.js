// A refusal names what is wrong by a code that the format pages define.

export class Refusal extends Error {
  constructor(code, place = "") {
    super(place ? `${code} at ${place}` : code);
    this.code = code;
    this.place = place;
  }
}

export function refuse(code, place) {
  throw new Refusal(code, place);
}

export function require(condition, code, place) {
  if (!condition) throw new Refusal(code, place);
}
