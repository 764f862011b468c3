// Leaving the session; links that choose in the form they lead to; what came of a deed, in sight; and plots as PNG: the very file that the link beside it gives as SVG, drawn by the reader's own
// browser. Nothing is fetched but that file, and the page's dark colours are not in it.

const TIMES = 4; // as many pixels as the file has units, each way

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.rc-png");
  if (button) savePicture(button);
  if (event.target.closest("button.rc-out")) signOut();
  const link = event.target.closest("a[data-choose]");
  if (link) choose(link.hash.slice(1), link.dataset.choose);
});

/** In the form with this id: the field is its own, and the number makes the same choice twice two events. */
function choose(form, name) {
  const field = document.querySelector(`#${CSS.escape(form)}-chosen :is(input, textarea)`);
  if (!field) return;
  choose.times = (choose.times ?? 0) + 1;
  field.value = `${choose.times}:${name}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// What came of pressing a button stands below it, which may be below the window's edge.
const said = new MutationObserver((changes) => {
  for (const node of changes.flatMap((each) => [...each.addedNodes])) {
    const notice = node.nodeType === 1 && (node.matches(".rc-notice") ? node : node.querySelector(":scope > .rc-notice"));
    if (notice && !notice.closest(".rc-section, .rc-versions")) notice.scrollIntoView({ block: "nearest" });
  }
});
said.observe(document.body, { childList: true, subtree: true });

/** Out of this browser: the service stands one folder above this page. */
async function signOut() {
  await fetch("../sign-out", { method: "POST", credentials: "same-origin" });
  location.replace("../signed-out");
}

async function savePicture(button) {
  const said = button.parentElement.querySelector("[role=status]");
  said.textContent = "";
  let trouble = button.dataset.unread;
  try {
    const answer = await fetch(button.dataset.plot);
    const name = /filename="(.+)\.svg"/.exec(answer.headers.get("Content-Disposition"))[1];
    const text = await answer.text();
    trouble = button.dataset.undrawn;
    saveAs(await pictureOf(await imageOf(text)), `${name}.png`);
  } catch {
    said.textContent = trouble;
  }
}

/** An SVG file as an image, once it is read. */
function imageOf(text) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  });
}

/** An image on white, as the bytes of a PNG. */
async function pictureOf(image) {
  const canvas = document.createElement("canvas");
  canvas.width = TIMES * image.naturalWidth;
  canvas.height = TIMES * image.naturalHeight;
  const pen = canvas.getContext("2d");
  checkHonest(pen);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const bytes = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!bytes) throw new Error("no bytes");
  return bytes;
}

/** Browsers that guard against being recognised give noise or nothing for what was drawn, and raise no error. */
function checkHonest(pen) {
  const drawn = [18, 52, 86];
  pen.fillStyle = `rgb(${drawn.join(" ")})`;
  pen.fillRect(0, 0, 1, 1);
  const read = pen.getImageData(0, 0, 1, 1).data;
  if (drawn.some((part, place) => read[place] !== part)) throw new Error("not what was drawn");
}

function saveAs(bytes, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some browsers read it after the click
}
