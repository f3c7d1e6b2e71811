"""The style sheet of the whole window; `theme.py` fills in colours and sizes."""

STYLE = """
* {{ font-family: "{family}"; font-size: {body}px; }}
QMainWindow, QDialog, #page {{ background: {surface}; }}
QWidget {{ color: {text}; }}
QMenuBar {{ background: {surface}; padding: 0 8px; }}
QMenuBar::item {{ padding: 3px 10px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {line}; }}
QMenu {{ background: {raised}; border: 1px solid {line}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 24px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {quiet}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QToolTip {{ background: {text}; color: {surface}; border: none; padding: 5px 8px; }}

QLabel[role="caption"] {{ font-size: {caption}px; color: {quiet}; }}
QLabel[role="title"] {{ font-size: {title}px; font-weight: 600; }}
QLabel[role="display"] {{ font-size: {display}px; font-weight: 600; }}
QLabel[role="heading"] {{ font-weight: 600; }}
QLabel[role="sentence"] {{ color: {quiet}; }}
QLabel[role="lesson"] {{ font-size: {title}px; }}
QLabel[role="lesson-reply"] {{ font-weight: 600; }}

QPushButton, QToolButton {{
    background: transparent; border: 1px solid {line}; border-radius: 6px; padding: 4px 12px;
}}
QPushButton:hover, QToolButton:hover {{ background: {hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {line}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {quiet}; border-color: {line}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {accent}; padding: 3px 11px; }}
QPushButton[role="primary"] {{
    background: {accent}; color: {on_accent}; border: none; font-weight: 600; padding: 7px 16px;
}}
QPushButton[role="primary"]:hover {{ background: {accent_hover}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {text}; padding: 5px 14px; }}
QPushButton[role="primary"]:disabled {{ background: {line}; color: {quiet}; }}
QPushButton[role="beside-primary"] {{ padding: 6px 15px; }}
QPushButton[role="beside-primary"]:focus {{ padding: 5px 14px; }}
QToolButton[role="quiet"] {{ border: none; padding: 4px; }}
QToolButton[role="over"] {{ background: {raised}; padding: 3px; }}
QToolButton[role="quiet"]:checked {{ background: {line}; }}
QToolButton[role="quiet"]:focus {{ border: 2px solid {accent}; padding: 2px; }}
QToolButton[role="room"] {{
    border: none; border-radius: 0; padding: 5px 14px; color: {quiet};
    border-bottom: 3px solid transparent;
}}
QToolButton[role="room"]:hover {{ color: {text}; background: transparent; }}
QToolButton[role="room"]:checked {{
    color: {text}; font-weight: 600; border-bottom: 3px solid {accent};
}}
QToolButton[role="room"]:focus {{
    color: {text}; background: {hover}; padding: 5px 14px; border: none;
    border-bottom: 3px solid {accent};
}}
QToolButton[role="segment"] {{
    border: 1px solid {edge}; border-radius: 0; padding: 4px 14px; margin-left: -1px;
    background: {raised};
}}
QToolButton[role="segment"]:hover {{ background: {hover}; }}
QToolButton[role="segment"]:checked {{
    background: {accent}; color: {on_accent}; border-color: {accent};
}}
QToolButton[role="segment"]:focus {{ border: 2px solid {text}; padding: 3px 13px; }}
QToolButton[role="segment"][place="first"], QToolButton[role="segment"][place="only"] {{
    border-top-left-radius: 6px; border-bottom-left-radius: 6px; margin-left: 0;
}}
QToolButton[role="segment"][place="last"], QToolButton[role="segment"][place="only"] {{
    border-top-right-radius: 6px; border-bottom-right-radius: 6px;
}}
QPushButton[role="row"] {{
    border: none; border-radius: 6px; padding: 6px 10px; text-align: left;
}}
QPushButton[role="row"]:hover {{ background: {hover}; }}
QPushButton[role="row"]:focus {{ border: 2px solid {accent}; padding: 4px 8px; }}
QPushButton[role="card"] {{
    background: {raised}; border: 1px solid {line}; border-radius: 10px; padding: 0;
}}
QPushButton[role="card"]:hover {{ background: {hover}; border-color: {edge}; }}
QPushButton[role="card"]:pressed {{ background: {line}; }}
QPushButton[role="card"]:focus {{ border: 2px solid {accent}; padding: 0; }}
QPushButton[role="card"] QLabel {{ background: transparent; }}

QLineEdit, NumberBox, QComboBox {{
    background: {raised}; border: 1px solid {line}; border-radius: 5px; padding: 2px 6px;
    min-height: {field}px; selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit {{ padding: 3px 6px; }}
QTableView QLineEdit {{ padding: 0 3px; border-radius: 0; }}
QLineEdit:focus, NumberBox:focus, QComboBox:focus {{ border: 1px solid {accent}; }}
QLineEdit[wrong="true"] {{ border: 2px solid {text}; padding: 2px 5px; }}
NumberBox[wrong="true"] {{ border: 2px solid {text}; padding: 1px 5px; }}
QLineEdit:disabled, NumberBox:disabled, QComboBox:disabled {{
    color: {quiet}; background: {surface};
}}
QComboBox::drop-down {{ border: none; width: 18px; }}
QComboBox::down-arrow {{ image: url({arrow}); width: 10px; height: 10px; }}
QComboBox QAbstractItemView {{
    background: {raised}; border: 1px solid {line}; selection-background-color: {line};
    selection-color: {text}; outline: none;
}}
QComboBox QAbstractItemView::item {{ min-height: {field}px; padding: 2px 6px; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator, QRadioButton::indicator {{
    width: {indicator}px; height: {indicator}px; border: 1px solid {quiet}; border-radius: 4px;
    background: {raised};
}}
QCheckBox::indicator:checked {{
    background: {accent}; border-color: {accent}; image: url({check});
}}
QCheckBox::indicator:disabled {{ border-color: {line}; }}
QProgressBar {{
    background: {line}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
}}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QCheckBox::indicator:focus {{ border: 2px solid {accent};
    width: {indicator_in}px; height: {indicator_in}px;
}}
QCheckBox::indicator:checked:focus {{ border-color: {text}; }}
QGroupBox {{ border: none; margin: 0; padding: 0; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollBar:vertical {{ width: 8px; background: transparent; }}
QScrollBar:horizontal {{ height: 8px; background: transparent; }}
QScrollBar::handle {{ background: {line}; border-radius: 4px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:disabled {{ background: transparent; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QListView {{ background: transparent; border: none; outline: none; }}
QTreeView, QTableView, QListWidget {{
    background: {raised}; border: 1px solid {line}; border-radius: 5px; outline: none;
}}
QTreeView:focus, QTableView:focus, QListWidget:focus {{ border: 1px solid {accent}; }}
QTreeView::item, QTableView::item, QListWidget::item {{ padding: 2px 4px; }}
QTreeView::item:selected, QTableView::item:selected,
QListWidget::item:selected {{ background: {selected}; color: {text}; }}
QTreeView::indicator {{
    width: {indicator}px; height: {indicator}px; border: 1px solid {quiet}; border-radius: 4px;
    background: {raised};
}}
QTreeView::indicator:checked {{
    background: {accent}; border-color: {accent}; image: url({check});
}}
QHeaderView, QHeaderView::section {{
    background: {surface}; border: none; padding: 2px 6px; color: {quiet}; font-size: {caption}px;
}}
QPlainTextEdit {{
    background: {raised}; border: 1px solid {line}; border-radius: 5px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QPlainTextEdit:focus {{ border: 1px solid {accent}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QMessageBox {{
    messagebox-information-icon: url({information}); messagebox-warning-icon: url({warning});
    messagebox-critical-icon: url({warning}); messagebox-question-icon: url({question});
}}

#palette {{ background: {raised}; border: 1px solid {edge}; }}
#palette-field {{
    font-size: {title}px; border: none; border-bottom: 1px solid {line}; border-radius: 0;
    padding: 10px 16px; background: {raised};
}}
#palette-list {{ padding: 4px 0; }}

QLabel[role="keys"] {{ font-weight: 600; }}
#welcome, #welcome-page {{ background: {surface}; }}

#tools {{ background: {raised}; border: 1px solid {line}; border-radius: 6px; }}
#tools QToolButton {{
    border: 1px solid transparent; border-radius: 5px; padding: 0 3px;
    font-size: {caption}px; color: {quiet}; background: transparent;
}}
#tools QToolButton:hover {{ background: {raised_hover}; color: {text}; }}
#tools QToolButton:checked {{ color: {text}; background: {line}; }}
#tools QToolButton:focus {{ border: 1px solid {accent}; color: {text}; }}
#plot-heading {{ font-weight: 600; padding: 2px 4px; margin-left: -4px; border: none; }}
#plot-heading::menu-indicator {{ image: none; }}
#plot-heading:focus {{ color: {accent}; padding: 2px 4px; border: none; }}
#crosshair {{
    background: {text}; color: {surface}; border-radius: 4px; padding: 2px 6px;
    font-size: {caption}px;
}}

#scene-moment, #scene-note, #scene-hint {{
    background: {plate}; border-radius: 6px; padding: 0 6px;
}}
#scene-moment {{ color: {faint}; }}
#scene-note {{ color: {quiet}; }}
#scene-hint {{ color: {text}; }}
/* A frame of dashes: this moment was not recorded, it lies between two that were. */
#scene-between {{
    color: {text}; background: {plate}; border-radius: 6px; border: 1px dashed {quiet};
    padding: 0 6px;
}}
#scene-tools {{ background: {tools}; border-radius: 6px; }}
#scene-caption {{ background: {background}; color: {text}; }}
#hover-card {{ background: {raised}; border: 1px solid {line}; border-radius: 8px; }}
#answer-card {{ background: {raised}; border: 1px solid {line}; }}

#play {{ background: {accent}; border: none; border-radius: {play}px; }}
#play:hover {{ background: {accent_hover}; }}
#play:focus {{ border: 2px solid {text}; }}
#popup {{ background: {raised}; border: 1px solid {line}; }}
#popup QToolButton[role="segment"] {{
    border: 1px solid {line}; border-radius: 6px; padding: 4px 12px; color: {quiet};
}}
#popup QToolButton[role="segment"]:hover {{ color: {text}; }}
#popup QToolButton[role="segment"]:focus {{ border-color: {text}; }}
#popup QToolButton[role="segment"]:checked {{
    background: {chosen}; border-color: {accent}; color: {text};
}}
#popup QListWidget {{ background: {raised}; border: none; outline: none; }}
#popup QListWidget::item {{ padding: 4px 8px; border-radius: 4px; color: {text}; }}
#popup QListWidget::item:hover {{ background: {raised_hover}; }}
#popup QListWidget::item:selected {{ background: {chosen}; color: {text}; }}

#lesson-strip {{ background: {raised}; border-bottom: 1px solid {line}; }}
#card {{ background: {raised}; border: none; border-radius: 8px; }}
#card QPushButton {{ padding: 1px 8px; }}
#offers QPushButton {{
    background: {raised}; border: 1px solid {line}; text-align: left; padding: 8px 12px;
}}
#offers QPushButton:hover {{ background: {raised_hover}; }}
#offers QPushButton:focus {{ border-color: {accent}; }}

#claim {{ background: {raised}; border: none; }}
#claim QPushButton {{ padding: 1px 8px; }}
#note, #hint {{ background: {text}; border-radius: 8px; }}
#note[native="true"] {{ border-radius: 0; }}
#note QLabel, #hint {{ color: {surface}; }}
#note QLabel[role="caption"] {{ color: {surface}; }}
#hint {{ padding: 6px 16px; }}
#note QPushButton {{ color: {surface}; border: 1px solid {quiet}; }}
#note QPushButton:hover {{ background: {note_hover}; }}
#note QPushButton:focus {{ border: 2px solid {surface}; }}
#note QPlainTextEdit {{
    background: {note_hover}; color: {surface}; border: none; font-size: {caption}px;
}}
"""
