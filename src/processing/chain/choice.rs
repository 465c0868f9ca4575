//! Control: which stage stands at a place of the chain: none, one of ours, or an embedder's.
#![expect(clippy::disallowed_methods, reason = "control side")]

use crate::rt::contain::Contained;
use crate::types::SampleRate;
use std::fmt;
use std::sync::Arc;

/// Which stage stands at a place of the chain: none, one of ours with parameters `P`, or an embedder's behind the stage's
/// trait `T`.
///
/// Example: [`Effect`](crate::processing::Effect).
#[derive(Default)]
pub enum Choice<P, T: ?Sized> {
    /// None.
    #[default]
    Off,
    /// One of ours.
    Use(P),
    /// The embedder's own.
    Custom(CustomStage<T>),
}

/// An embedder's stage: a factory that runs on the supervisor's thread, once for each session that uses it. What it makes
/// runs on a media thread, by the contract of its trait: no waiting, no allocation. One that panics parks its session; one
/// that gives NaN is reset and counted. Name the trait when you make one: `CustomStage::<dyn Effect>::new(…)`.
///
/// Example: [`Effect`](crate::processing::Effect).
pub struct CustomStage<T: ?Sized>(Arc<Contained<Make<T>>>);

type Make<T> = dyn Fn(SampleRate) -> Box<T> + Send + Sync;

impl<T: ?Sized> CustomStage<T> {
    /// A stage by what makes it, for a sample rate.
    pub fn new(make: impl Fn(SampleRate) -> Box<T> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Contained::new(Box::new(make))))
    }

    pub(super) fn make(&self, rate: SampleRate) -> Box<T> {
        (self.0)(rate)
    }
}

impl<P, T: ?Sized> Choice<P, T> {
    /// Whether there is no stage.
    pub fn is_off(&self) -> bool {
        matches!(self, Self::Off)
    }

    /// The stage for a rate, ours by `build`.
    pub(super) fn stage<E>(
        &self,
        rate: SampleRate,
        build: impl FnOnce(&P) -> Result<Box<T>, E>,
    ) -> Result<Option<Contained<T>>, E> {
        let stage = match self {
            Self::Off => None,
            Self::Use(params) => Some(build(params)?),
            Self::Custom(custom) => Some(custom.make(rate)),
        };
        Ok(stage.map(Contained::new))
    }
}

impl<P, T: ?Sized> From<P> for Choice<P, T> {
    fn from(params: P) -> Self {
        Self::Use(params)
    }
}

impl<P: Clone, T: ?Sized> Clone for Choice<P, T> {
    fn clone(&self) -> Self {
        match self {
            Self::Off => Self::Off,
            Self::Use(params) => Self::Use(params.clone()),
            Self::Custom(custom) => Self::Custom(CustomStage(custom.0.clone())),
        }
    }
}

impl<P: PartialEq, T: ?Sized> PartialEq for Choice<P, T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Off, Self::Off) => true,
            (Self::Use(a), Self::Use(b)) => a == b,
            (Self::Custom(a), Self::Custom(b)) => Arc::ptr_eq(&a.0, &b.0),
            _ => false,
        }
    }
}

impl<P: fmt::Debug, T: ?Sized> fmt::Debug for Choice<P, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("Off"),
            Self::Use(params) => params.fmt(f),
            Self::Custom(_) => f.write_str("Custom"),
        }
    }
}

/// Ours by its parameters; an embedder's cannot be written down.
impl<P: serde::Serialize, T: ?Sized> serde::Serialize for Choice<P, T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_none(),
            Self::Use(params) => serializer.serialize_some(params),
            Self::Custom(_) => Err(serde::ser::Error::custom("a stage of an embedder's own")),
        }
    }
}

impl<'de, P: serde::Deserialize<'de>, T: ?Sized> serde::Deserialize<'de> for Choice<P, T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<P>::deserialize(deserializer).map(|params| params.map_or(Self::Off, Self::Use))
    }
}

impl<T: ?Sized> Clone for CustomStage<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: ?Sized> fmt::Debug for CustomStage<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomStage")
    }
}
