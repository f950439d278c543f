// Sends one file to the dashboard over HTTP and tells the page how far it is. The file never travels through the circuit.

const interval = 250;

/**
 * Watches a file input and a drop zone; tells the page the name and size of what was chosen, and why it can't be an image's archive.
 * With anyFile it need not be one.
 */
export function attach(input, zone, page, anyFile = false) {
  const listeners = new AbortController();
  const options = { signal: listeners.signal };
  const upload = { file: null, request: null };
  const choose = async file => {
    upload.file = file ?? null;
    const why = file && !anyFile ? whyNotTar(await start(file)) : null;
    if (upload.file === (file ?? null)) {
      tell(page, "OnChosen", file ? file.name : "", file ? file.size : 0, why);
    }
  };
  input.addEventListener("change", () => choose(input.files[0]), options);
  zone.addEventListener("dragover", event => { event.preventDefault(); zone.classList.add("over"); }, options);
  zone.addEventListener("dragleave", event => { if (!zone.contains(event.relatedTarget)) zone.classList.remove("over"); }, options);
  zone.addEventListener("drop", event => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!input.disabled && event.dataTransfer.files.length === 1) {
      choose(event.dataTransfer.files[0]);
    } else if (!input.disabled) {
      tell(page, "OnChosen", "", 0, "Drop one file: one archive is one image.");
    }
  }, options);
  // Chosen while this script was still on its way.
  if (input.files[0]) choose(input.files[0]);
  const warn = event => { if (upload.request) { event.preventDefault(); } };
  addEventListener("beforeunload", warn, options);

  return {
    /** Starts the transfer; progress and the end are told to the page. */
    start(address, token) {
      const request = new XMLHttpRequest();
      const begun = performance.now();
      let told = 0;
      upload.request = request;
      const end = (good, words) => {
        if (upload.request === request) {
          upload.request = null;
          tell(page, "OnEnded", good, words);
        }
      };
      request.open("POST", address);
      request.setRequestHeader("RequestVerificationToken", token);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.onprogress = event => {
        const now = performance.now();
        if (now - told >= interval || event.loaded === event.total) {
          told = now;
          tell(page, "OnProgress", event.loaded, (now - begun) / 1000);
        }
      };
      request.onload = () => end(request.status >= 200 && request.status < 300, words(request));
      request.onerror = () => end(false, "Not uploaded. The connection to the dashboard was lost. Check the network, then try again.");
      request.send(upload.file);
    },
    /** Stops the transfer; the dashboard then removes the record. Answers whether there was one. */
    cancel() {
      const request = upload.request;
      upload.request = null;
      request?.abort();
      return request !== null;
    },
    /** Forgets the file, so that the same one can be chosen again. */
    clear() {
      upload.file = null;
      input.value = "";
    },
    dispose() {
      upload.request?.abort();
      upload.request = null;
      listeners.abort();
    },
  };
}

/** The same look at the first bytes as ArchiveStart.cs takes, before anything is sent. Null for a tar. */
export function whyNotTar(bytes) {
  const starts = (...values) => values.every((value, i) => bytes[i] === value);
  if (isHeader(bytes)) return null;
  if (bytes.length === 0) return "It is empty, or it is a folder.";
  if (starts(0x1f, 0x8b)) return "It is packed with gzip. Unpack it first: gunzip FILE, then upload what comes out.";
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return "It is packed with zstd. Unpack it first: unzstd FILE, then upload what comes out.";
  if (starts(0x42, 0x5a, 0x68) || starts(0xfd, 0x37, 0x7a, 0x58, 0x5a)) return "It is packed. Unpack it first, then upload the tar that comes out.";
  if (starts(0x51, 0x46, 0x49, 0xfb)) return "It is a disk of a virtual machine (qcow2). Containers start from an archive that docker save writes.";
  return "It is not a tar. Upload the file that docker save writes: docker save NAME -o NAME.tar.";
}

// Every kind of tar has the sum of its header's bytes, in octal, at 148; the sum counts its own eight bytes as spaces.
function isHeader(bytes) {
  if (bytes.length < 512) return false;
  const written = String.fromCharCode(...bytes.slice(148, 156)).replace(/^[ \0]+|[ \0]+$/g, "");
  const sum = bytes.slice(0, 512).reduce((all, value, i) => all + (i >= 148 && i < 156 ? 32 : value), 0);
  return /^[0-7]+$/.test(written) && parseInt(written, 8) === sum;
}

async function start(file) {
  try {
    return new Uint8Array(await file.slice(0, 512).arrayBuffer());
  } catch {
    return new Uint8Array();
  }
}

function words(request) {
  if (request.status === 401) {
    return "Not uploaded. Your sign-in has ended. Sign in and try again.";
  }
  try {
    return JSON.parse(request.responseText).detail ?? "";
  } catch {
    return request.status < 300 ? "" : `Not uploaded. The dashboard answered ${request.status}.`;
  }
}

// A page that is gone, or a circuit that reconnects, does not stop the transfer.
function tell(page, method, ...values) {
  page.invokeMethodAsync(method, ...values).catch(() => undefined);
}
