//! Control: a parameter that is another in the replay than in the call.

use crate::error::FlightError;
use crate::flight::leg_recipe::{ChainRecipe, MadeOf};
use crate::flight::recipe::Recipe;
use crate::processing::chain::ProcessingParams;
use crate::session::MediaSessionParams;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A parameter by its path (`jitter.strategy`), and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) path: String,
    pub(super) value: String,
}

impl Change {
    /// Changes what an order is made of, wherever it has that parameter.
    pub(super) fn apply(&self, recipe: &mut Recipe) -> Result<(), FlightError> {
        match recipe {
            Recipe::Insert { leg, .. } => self.of_session(&mut leg.of),
            Recipe::SetOutput { of, .. } | Recipe::SetEvents { of, .. } | Recipe::SetInput { of, .. } => {
                self.of_session(of)
            }
            Recipe::SetProcessor(_, chain) => self.of_chain(chain),
            Recipe::Together(steps) => steps.iter_mut().try_for_each(|step| self.apply(step)),
            _ => Ok(()),
        }
    }

    fn of_session(&self, of: &mut MadeOf) -> Result<(), FlightError> {
        let params: MediaSessionParams = self.changed(&*of.params, &self.path)?;
        params.check().map_err(|error| self.fault(&error.to_string()))?;
        *of.params = params;
        Ok(())
    }

    fn of_chain(&self, chain: &mut ChainRecipe) -> Result<(), FlightError> {
        let Some(path) = self.path.strip_prefix("processing.") else { return Ok(()) };
        let change = |params: &ProcessingParams| self.changed(params, path);
        (chain.requested, chain.effective) = (change(&chain.requested)?, change(&chain.effective)?);
        Ok(())
    }

    fn changed<T: Serialize + DeserializeOwned>(&self, of: &T, path: &str) -> Result<T, FlightError> {
        let mut value = serde_json::to_value(of).map_err(|error| self.fault(&error.to_string()))?;
        let mut place = &mut value;
        for name in path.split('.') {
            let known = match &*place {
                Value::Object(fields) => fields.keys().cloned().collect::<Vec<_>>().join(", "),
                _ => String::new(),
            };
            let found = place.get_mut(name);
            place = found.ok_or_else(|| self.fault(&format!("there is no {name}; there are: {known}")))?;
        }
        // A number, true, or a list as JSON has it; else a name.
        *place = serde_json::from_str(&self.value).unwrap_or_else(|_| Value::String(self.value.clone()));
        serde_json::from_value(value).map_err(|error| self.fault(&error.to_string()))
    }

    fn fault(&self, why: &str) -> FlightError {
        FlightError::Set { path: self.path.clone(), value: self.value.clone(), why: why.to_owned() }
    }
}
