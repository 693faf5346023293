const SIGNS = [
  [1000, "M"], [900, "CM"], [500, "D"], [400, "CD"],
  [100, "C"], [90, "XC"], [50, "L"], [40, "XL"],
  [10, "X"], [9, "IX"], [5, "V"], [4, "IV"], [1, "I"],
];

export function toRoman(number) {
  let text = "";
  for (const [value, sign] of SIGNS) {
    for (; number >= value; number -= value) text += sign;
  }
  return text;
}

export function fromRoman(text) {
  let number = 0;
  for (const [value, sign] of SIGNS) {
    for (; text.startsWith(sign); text = text.slice(sign.length)) number += value;
  }
  return number;
}
