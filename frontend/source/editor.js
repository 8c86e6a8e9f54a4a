// The Python editor of the workbench, mounted over a textarea that stays the form's field.

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

import { phrases } from "./phrases.js";

// Only tokens of the design language: the editor follows the theme without knowing it.
const colours = HighlightStyle.define([
  { tag: [t.keyword, t.operatorKeyword, t.modifier, t.self], color: "var(--code-keyword)" },
  { tag: [t.string, t.special(t.string)], color: "var(--code-string)" },
  { tag: [t.number, t.bool, t.null], color: "var(--code-number)" },
  { tag: [t.comment], color: "var(--code-comment)" },
  { tag: [t.function(t.variableName), t.definition(t.function(t.variableName)), t.className, t.definition(t.className), t.meta], color: "var(--code-name)" },
  { tag: t.invalid, color: "var(--code-error)" },
]);

const frame = EditorView.theme({
  "&": { color: "var(--code-ink)", backgroundColor: "var(--surface)", fontSize: "0.875rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", maxHeight: "70vh" },
  ".cm-content, .cm-gutter": { minHeight: "22rem" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.6rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-faint)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--sunken) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--line)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--warn-wash)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-wash)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--accent-wash)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", outline: "1px solid var(--accent)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel.cm-search": { fontFamily: "var(--sans)", padding: "0.5rem 0.75rem" },
  ".cm-panel.cm-search label": { fontSize: "0.85rem" },
  ".cm-textfield": { backgroundColor: "var(--surface)", color: "var(--ink)", border: "1px solid var(--line-strong)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", color: "var(--ink)", border: "1px solid var(--line-strong)" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", color: "var(--ink)", border: "1px solid var(--line-strong)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
});

// Tab indents, or takes the completion that is open. Esc, then Tab leaves the editor (built into CodeMirror).
const tab = { key: "Tab", run: (view) => acceptCompletion(view) || indentMore(view), shift: indentLess };

/**
 * Replaces the textarea by an editor with the same text.
 * `keys` maps CodeMirror key names to functions; `onChange` is called with the text after each change by the reader.
 */
export function mountEditor(textarea, { label, describedBy, nonce, keys = {}, onChange = () => {} }) {
  const language = document.documentElement.lang.toLowerCase();
  const editable = new Compartment();
  const view = new EditorView({
    doc: textarea.value,
    extensions: [
      keymap.of(Object.entries(keys).map(([key, run]) => ({ key, preventDefault: true, run: () => (run(), true) }))),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, tab]),
      lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(),
      drawSelection({ cursorBlinkRate: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 1200 }),
      EditorState.allowMultipleSelections.of(true), EditorState.tabSize.of(4), indentUnit.of("    "), indentOnInput(),
      bracketMatching(), closeBrackets(), autocompletion({ activateOnTyping: false }), highlightActiveLine(),
      highlightSelectionMatches(), python(), syntaxHighlighting(colours), frame,
      EditorState.phrases.of(language.startsWith("zh") ? phrases.zh : {}),
      EditorView.contentAttributes.of({ "aria-label": label, ...(describedBy ? { "aria-describedby": describedBy } : {}), tabindex: "0", spellcheck: "false", autocapitalize: "off", translate: "no" }),
      ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
      editable.of([]),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        textarea.value = update.state.doc.toString();
        onChange(textarea.value);
      }),
    ],
  });
  textarea.hidden = true;
  textarea.after(view.dom);
  document.fonts?.ready.then(() => view.requestMeasure()); // the lines were measured in the font that was there first
  return {
    view,
    text: () => view.state.doc.toString(),
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    lock(locked) {
      view.dispatch({ effects: editable.reconfigure(locked ? EditorState.readOnly.of(true) : []) });
    },
    focus: () => view.focus(),
  };
}
