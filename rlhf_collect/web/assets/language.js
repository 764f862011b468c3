// Which language a text is in, for whoever hears it: what the import says of the comparison, unless the text is in
// another script. Then the script alone, where it is that of one language; never a guess between two.

const ONE_LANGUAGE = {
  Hebr: "he", Grek: "el", Hang: "ko", Jpan: "ja", Thai: "th", Geor: "ka", Armn: "hy", Taml: "ta", Telu: "te", Mlym: "ml",
  Knda: "kn", Gujr: "gu", Khmr: "km", Laoo: "lo", Sinh: "si",
};
const SCRIPTS = [...Object.keys(ONE_LANGUAGE).filter((name) => name !== "Jpan"), "Hani", "Arab", "Cyrl", "Deva", "Beng", "Latn"];
const NOT_ARABIC = /[\u0679\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06c1\u06cc\u06d2]/; // letters of Persian, Urdu and others

/** The script most letters of a text are in, as BCP 47 writes it; "" where there is none, or no most. */
function scriptOf(text) {
  const start = text.slice(0, 2000);
  const count = (letters) => start.match(new RegExp(letters, "gu"))?.length ?? 0;
  const all = count("\\p{L}");
  const kana = count("[\\p{Script=Hira}\\p{Script=Kana}]");
  if (kana > 0 && 2 * (kana + count("\\p{Script=Hani}")) > all) return "Jpan";
  return SCRIPTS.find((name) => 2 * count(`\\p{Script=${name}}`) > all) ?? "";
}

/** Whether a language is written in a script: "fa" in "Arab". */
function isWrittenIn(tag, script) {
  try {
    const own = new Intl.Locale(tag).maximize().script;
    return own === script || { Hans: "Hani", Hant: "Hani", Kore: "Hang", Jpan: "Hani" }[own] === script;
  } catch (error) {
    return false; // no tag of a language: nothing is known
  }
}

/** Words of the project file: in the rater's language where it has them (`kind`, of criterion `name`), else in its own. */
function projectText(text, kind, name = "") {
  const own = state.me.translations?.[state.lang]?.[kind];
  return (name ? own?.[name] : own) || text;
}

/** The same on the page, marked as the language it is in. */
function projectWords(text, kind, name = "") {
  const own = projectText(text, kind, name);
  return el("span", { lang: own === text ? languageOf(text, state.me.language) : state.lang }, own);
}

/** The language of a text, or null. `known`: that of its comparison. */
function languageOf(text, known = "") {
  const script = scriptOf(text);
  if (known && (!script || isWrittenIn(known, script))) return known;
  if (script === "Arab") return NOT_ARABIC.test(text) ? null : "ar";
  return ONE_LANGUAGE[script] ?? null;
}
