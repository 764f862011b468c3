// Having one's data erased: what it means, and the last page of who did it.

function askToErase() {
  const dialog = byId("rp-erase");
  byId("rp-erase-left-out").checked = true;
  byId("rp-erase-removal").checked = false;
  byId("rp-erase-no").onclick = () => dialog.close();
  byId("rp-erase-yes").onclick = () => eraseMe(dialog);
  dialog.showModal();
}

async function eraseMe(dialog) {
  const judgements = byId("rp-erase-kept").checked ? "kept" : "left_out";
  const removal = byId("rp-erase-removal").checked;
  byId("rp-erase-yes").disabled = true;
  try {
    const { data } = await service.eraseMe(judgements, removal);
    dialog.close();
    for (const key of storedKeys("")) dropStored(key); // drafts and unsent answers too: there is nobody to send them for
    showErased(data, removal);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) {
      dialog.close();
      showSignedOut();
    } else say(saidBy(problem) || t("erase_failed"));
  } finally {
    byId("rp-erase-yes").disabled = false;
  }
}

function showErased(done, removal) {
  state.redraw = () => showErased(done, removal);
  if (root.hasAttribute("data-panel")) togglePanel("who");
  state.item = null; // nothing of it is to be kept any more
  const parts = [done.judgements === "kept" ? t("erased_kept") : t("erased_left_out", { n: done.left_out })];
  if (done.versions.length > 0) parts.push(t("erased_versions", { versions: done.versions.join(t("list_comma")) }));
  if (done.published.length > 0 && removal) parts.push(t("erased_removal"));
  if (!done.bytes_gone) parts.push(t("erased_later"));
  parts.push(t("erased_thanks"));
  showState("erased", t("erased_title"), parts);
}
