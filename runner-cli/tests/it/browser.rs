//! A headless browser that does what a person does: opens a page, presses keys, and tells what is to be seen.
//!
//! It is spoken to in its own protocol (DevTools), through two pipes, so that no port is opened. Knows no page.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{PATIENCE, is_missing, wait_until};

const BROWSER: &str = "chromium";

/// Separates messages.
const END: u8 = 0;

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    to: File,
    answers: Receiver<Value>,
    /// Of the page, once there is one.
    session: Option<String>,
    /// The number of the last message.
    last: u64,
    /// What scripts have thrown and nobody has caught.
    thrown: Vec<String>,
    /// Whether the page was loaded since it was asked for.
    is_loaded: bool,
    _profile: TempDir,
}

impl Browser {
    /// A browser with an empty page; `None` where none is installed, which is said.
    pub(crate) fn start() -> Option<Self> {
        if is_missing(Command::new(BROWSER).arg("--version")) {
            return None;
        }
        let profile = tempfile::tempdir().expect("a directory");
        let (to, from) = (profile.path().join("to"), profile.path().join("from"));
        let made = Command::new("mkfifo").args([&to, &from]).status().expect("mkfifo starts");
        assert!(made.success(), "{made}");
        // It reads from descriptor 3 and writes to 4.
        let child = Command::new("sh")
            .args(["-c", "exec 3< \"$1\" 4> \"$2\"; shift 2; exec \"$@\"", "sh"])
            .args([&to, &from])
            .args([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update"])
            .args(["--disable-sync", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.path().join("profile").display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the shell starts");
        let to = File::options().write(true).open(to).expect("the shell reads");
        let from = BufReader::new(File::open(from).expect("the shell writes"));
        let (sender, answers) = channel();
        thread::spawn(move || {
            for message in from.split(END).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { return };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Self {
            child,
            to,
            answers,
            session: None,
            last: 0,
            thrown: Vec::new(),
            is_loaded: false,
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.call("Target.attachToTarget", &target);
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        browser.call("Page.enable", &json!({}));
        browser.call("Runtime.enable", &json!({}));
        Some(browser)
    }

    /// Opens a file with a fragment, and waits until its scripts have run.
    pub(crate) fn open(&mut self, page: &Path, fragment: &str) {
        // The same file with another fragment would not be loaded anew.
        for url in ["about:blank".to_owned(), format!("file://{}#{fragment}", page.display())] {
            self.is_loaded = false;
            self.call("Page.navigate", &json!({ "url": url }));
            while !self.is_loaded {
                self.hear();
            }
        }
    }

    /// How large the window is, and whether the system is dark.
    pub(crate) fn look(&mut self, width: u32, height: u32, scheme: &str) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &size);
        let scheme = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.call("Emulation.setEmulatedMedia", &json!({ "features": [scheme] }));
    }

    /// The value of an expression in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true });
        let answer = self.call("Runtime.evaluate", &asked);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        assert!(self.thrown.is_empty(), "{:?}", self.thrown);
        answer["result"]["value"].clone()
    }

    /// Waits until an expression in the page is true, which other tasks of the page bring about.
    pub(crate) fn wait(&mut self, expression: &str) {
        wait_until(|| self.value(expression) == true, expression);
    }

    /// The text of an expression in the page.
    pub(crate) fn text(&mut self, expression: &str) -> String {
        let value = self.value(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression} is {value}")).to_owned()
    }

    /// Presses a key by its name, such as `Enter` or `f`.
    pub(crate) fn press(&mut self, key: &str) {
        let number = match key {
            "Enter" => 13,
            "Escape" => 27,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            _ => 0,
        };
        let mut down = json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": number });
        match key {
            "Enter" => down["text"] = "\r".into(),
            key if key.chars().count() == 1 => down["text"] = key.into(),
            _ => {}
        }
        self.call("Input.dispatchKeyEvent", &down);
        let up = json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": number });
        self.call("Input.dispatchKeyEvent", &up);
    }

    /// Presses the keys of a text.
    pub(crate) fn write(&mut self, text: &str) {
        text.chars().for_each(|character| self.press(&character.to_string()));
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        let mut message = message.to_string().into_bytes();
        message.push(END);
        self.to.write_all(&message).expect("the browser reads");
        loop {
            let answer = self.hear();
            if answer["id"] == self.last {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    fn hear(&mut self) -> Value {
        let message = self.answers.recv_timeout(PATIENCE).expect("the browser answers");
        match message["method"].as_str() {
            Some("Page.loadEventFired") => self.is_loaded = true,
            Some("Runtime.exceptionThrown") => {
                self.thrown.push(message["params"]["exceptionDetails"].to_string());
            }
            _ => {}
        }
        message
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends with its first process.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
