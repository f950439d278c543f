// Sends one file to the dashboard over HTTP and tells the page how far it is. The file never travels through the circuit.

const interval = 250;

/** Watches a file input and a drop zone; tells the page the name and size of what was chosen. */
export function attach(input, zone, page) {
  const listeners = new AbortController();
  const options = { signal: listeners.signal };
  const upload = { file: null, request: null };
  const choose = file => {
    upload.file = file ?? null;
    tell(page, "OnChosen", file ? file.name : "", file ? file.size : 0);
  };
  input.addEventListener("change", () => choose(input.files[0]), options);
  zone.addEventListener("dragover", event => { event.preventDefault(); zone.classList.add("over"); }, options);
  zone.addEventListener("dragleave", () => zone.classList.remove("over"), options);
  zone.addEventListener("drop", event => {
    event.preventDefault();
    zone.classList.remove("over");
    if (!input.disabled && event.dataTransfer.files.length === 1) {
      choose(event.dataTransfer.files[0]);
    }
  }, options);
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
    dispose() {
      upload.request?.abort();
      upload.request = null;
      listeners.abort();
    },
  };
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
